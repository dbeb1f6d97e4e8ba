import type { BudgetLedger } from '../budget-ledger.ts'
import type { RecordKey, RecordStore } from '../records.ts'

/** Records in a map, without bounds or lives: what is tested is who asks them. */
export const mapRecords = (): RecordStore => {
  const kept = new Map<string, string>()
  const nameOf = ({ tenantId, kind, id, owner = '' }: RecordKey) => [tenantId, kind, owner, id].join('|')
  return {
    async create(key, value) {
      if (kept.has(nameOf(key))) return 'exists'
      kept.set(nameOf(key), value)
      return 'created'
    },
    get: async (key) => kept.get(nameOf(key)),
    async replace(key, from, to) {
      if (kept.get(nameOf(key)) !== from) return false
      kept.set(nameOf(key), to)
      return true
    },
    remove: async (key) => kept.delete(nameOf(key)),
  }
}

/** A ledger of one day in a map, with what each call was charged in the end. */
export const mapLedger = () => {
  const charged = new Map<string, number>()
  const usedBy = (tenantId: string) =>
    [...charged].filter(([name]) => name.startsWith(`${tenantId}|`)).reduce((sum, [, each]) => sum + each, 0)
  const ledger: BudgetLedger = {
    async reserve({ tenantId, callId, microUsd, limitMicroUsd, beyond = false }) {
      const reserved = beyond || usedBy(tenantId) + microUsd <= limitMicroUsd
      if (reserved) charged.set(`${tenantId}|${callId}`, microUsd)
      return { reserved, day: '2026-01-01', usedMicroUsd: usedBy(tenantId) }
    },
    async settle({ tenantId, callId, microUsd }) {
      charged.set(`${tenantId}|${callId}`, microUsd)
    },
    used: async (tenantId) => ({ day: '2026-01-01', usedMicroUsd: usedBy(tenantId) }),
  }
  return { ledger, charged, usedBy }
}
