import { randomUUID } from 'node:crypto'
import { type BudgetLedger, tenantKey } from '@gateway/domain'
import { assertMicroUsd, dayNumber, dayText, sumTooLarge } from './budget-day.ts'
import { reserveScript, settleScript, usedScript } from './budget-ledger-scripts.ts'
import type { RedisConnection } from './open-redis.ts'

/** How spending is kept in Redis. */
export interface RedisBudgetLedgerOptions {
  /** Hears when Redis has lost what was spent today, of which what this process knew counts again. */
  onError?(error: Error): void
}

/**
 * What tenants spend, in Redis, for any number of replicas; days are those of Redis's clock.
 *
 * Every process remembers the sum that it has seen last of each tenant's day: where Redis has lost the day (flushed, evicted, started
 * anew without its data), that counts again, though what was settled since may count in full. Where all replicas start again at once
 * on a Redis that was emptied, what the day came to is forgotten.
 */
export const redisBudgetLedger = (
  { run }: RedisConnection,
  { onError = () => {} }: RedisBudgetLedgerOptions = {},
): BudgetLedger => {
  const seen = new Map<string, Seen>()
  let seenDay = 0

  const known = (tenantId: string): (string | number)[] => {
    const { name, sum } = seen.get(tenantId) ?? { name: '', sum: 0 }
    return [seenDay, name, sum, randomUUID()]
  }
  const charged = (tenantId: string, reply: readonly unknown[]) => {
    const [number, sum, name, restored, now] = reply
    const { number: day, sum: then } = sumOf(number, sum)
    const { sum: latest } = sumOf(number, now)
    if (typeof name !== 'string' || (restored !== 0 && restored !== 1)) throw unknownAnswer()
    // The days of all tenants end together.
    if (day > seenDay) seen.clear()
    seenDay = Math.max(day, seenDay)
    if (day === seenDay && name !== '') seen.set(tenantId, { name, sum: latest })
    if (restored === 1) {
      onError(
        new Error(`Redis has lost what tenant ${tenantId} spent today; what is known here counts again`),
      )
    }
    return { day: dayText(day), usedMicroUsd: then }
  }

  return {
    async reserve({ tenantId, callId, microUsd, limitMicroUsd, beyond = false }) {
      assertMicroUsd(microUsd, limitMicroUsd)
      const most = beyond ? Number.MAX_SAFE_INTEGER : limitMicroUsd
      const args = [...known(tenantId), callId, microUsd, most]
      const [reserved, ...rest] = listOf(await run(reserveScript, [daysOf(tenantId)], args))
      // What cannot be understood must not allow.
      if (reserved !== 0 && reserved !== 1) throw unknownAnswer()
      return { reserved: reserved === 1, ...charged(tenantId, rest) }
    },
    async settle({ tenantId, callId, day, microUsd }) {
      assertMicroUsd(microUsd)
      const key = `${daysOf(tenantId)}:${dayNumber(day)}`
      const reply = await run(settleScript, [key], [callId, microUsd])
      if (reply === 0) throw sumTooLarge()
      if (reply !== 1) throw unknownAnswer()
    },
    async used(tenantId) {
      return charged(tenantId, listOf(await run(usedScript, [daysOf(tenantId)], known(tenantId))))
    },
  }
}

/** Today of a tenant as this process saw it last. */
interface Seen {
  readonly name: string
  readonly sum: number
}

const daysOf = (tenantId: string): string => tenantKey(tenantId, 'spent')

const listOf = (reply: unknown): readonly unknown[] => (Array.isArray(reply) ? reply : [])

/** A day and its sum, as the scripts answer them: in text, because a number of Redis's protocol may be rounded on the way. */
const sumOf = (...texts: readonly [unknown, unknown]): { readonly number: number; readonly sum: number } => {
  const [number = Number.NaN, sum = Number.NaN] = texts.map((text) => Number(text ?? Number.NaN))
  if (!Number.isSafeInteger(number) || !Number.isSafeInteger(sum)) throw unknownAnswer()
  return { number, sum }
}

const unknownAnswer = (): Error => new Error('the script of the budget gave an unknown answer')
