import type { BudgetLedger, MicroUsd } from '@gateway/domain'
import {
  assertMicroUsd,
  dayLifeSeconds,
  dayMs,
  dayNumber,
  dayText,
  maxNotedCalls,
  sumTooLarge,
} from './budget-day.ts'

/** What tenants spend, in one process, by a clock of milliseconds since the epoch; otherwise the twin of what is in Redis. */
export const memoryBudgetLedger = ({ now }: { now(): number }): BudgetLedger => {
  const days = new Map<number, Map<string, Day>>()

  const today = (): number => {
    const number = Math.floor(now() / dayMs)
    for (const each of days.keys()) if (now() - (each + 1) * dayMs > dayLifeSeconds * 1000) days.delete(each)
    return number
  }

  const of = (number: number, tenantId: string): Day => {
    const tenants = days.get(number) ?? new Map<string, Day>()
    const day = tenants.get(tenantId) ?? { used: 0, calls: new Map() }
    days.set(number, tenants.set(tenantId, day))
    return day
  }

  return {
    async reserve({ tenantId, callId, microUsd, limitMicroUsd, beyond = false }) {
      assertMicroUsd(microUsd, limitMicroUsd)
      const number = today()
      const day = dayText(number)
      const charged = of(number, tenantId)
      const before = charged.calls.get(callId)
      if (before) return { reserved: true, day, usedMicroUsd: before.used }
      const most = beyond ? Number.MAX_SAFE_INTEGER : limitMicroUsd
      if (microUsd > most - charged.used && microUsd > 0) {
        return { reserved: false, day, usedMicroUsd: charged.used }
      }
      charged.used += microUsd
      if (charged.calls.size < maxNotedCalls) {
        charged.calls.set(callId, { amount: microUsd, used: charged.used, settled: false })
      }
      return { reserved: true, day, usedMicroUsd: charged.used }
    },
    async settle({ tenantId, callId, day, microUsd }) {
      assertMicroUsd(microUsd)
      const charged = days.get(dayNumber(day))?.get(tenantId)
      const call = charged?.calls.get(callId)
      if (!charged || !call || call.settled) return
      const others = charged.used - call.amount
      if (microUsd > Number.MAX_SAFE_INTEGER - others) throw sumTooLarge()
      charged.used = others + microUsd
      charged.calls.set(callId, { ...call, settled: true })
    },
    async used(tenantId) {
      const number = today()
      return { day: dayText(number), usedMicroUsd: days.get(number)?.get(tenantId)?.used ?? 0 }
    },
  }
}

interface Day {
  used: MicroUsd
  readonly calls: Map<
    string,
    { readonly amount: MicroUsd; readonly used: MicroUsd; readonly settled: boolean }
  >
}
