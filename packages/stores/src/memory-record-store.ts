import { type RecordKey, type RecordStore, tenantKey } from '@gateway/domain'
import { newRecordKey, recordKey } from './record-key.ts'

/** Records of one process, by a clock of milliseconds since the epoch. */
export const memoryRecordStore = ({ now }: { now(): number }): RecordStore => {
  // Of each kind of a tenant: those that live, and expired ones that nobody needed the room of yet.
  const kinds = new Map<string, Map<string, Kept>>()

  const kindOf = ({ tenantId, kind }: RecordKey): Map<string, Kept> => {
    const name = tenantKey(tenantId, kind)
    const records = kinds.get(name) ?? new Map<string, Kept>()
    kinds.set(name, records)
    return records
  }

  const live = (record: RecordKey): Kept | undefined => {
    const key = recordKey(record)
    const kept = key === undefined ? undefined : kindOf(record).get(key)
    return kept && kept.expires > now() ? kept : undefined
  }

  const keep = (record: RecordKey, value: string, ttlSeconds: number): void => {
    const { owner } = record
    kindOf(record).set(newRecordKey(record), { value, expires: now() + ttlSeconds * 1000, owner })
  }

  const forgetExpired = (records: Map<string, Kept>): void => {
    for (const [key, { expires }] of records) if (expires <= now()) records.delete(key)
  }

  const countOf = (records: Map<string, Kept>, owner: string): number => {
    let count = 0
    for (const kept of records.values()) if (kept.owner === owner && kept.expires > now()) count++
    return count
  }

  return {
    async create(record, value, { ttlSeconds, maxPerTenant, maxPerOwner = maxPerTenant }) {
      const key = newRecordKey(record)
      if (live(record)) return 'exists'
      const records = kindOf(record)
      records.delete(key)
      if (records.size >= maxPerTenant) forgetExpired(records)
      if (records.size >= maxPerTenant) return 'full'
      if (record.owner !== undefined && countOf(records, record.owner) >= maxPerOwner) return 'full'
      keep(record, value, ttlSeconds)
      return 'created'
    },
    async get(record) {
      return live(record)?.value
    },
    async replace(record, from, to, ttlSeconds) {
      if (live(record)?.value !== from) return false
      keep(record, to, ttlSeconds)
      return true
    },
    async remove(record) {
      const known = live(record) !== undefined
      if (known) kindOf(record).delete(newRecordKey(record))
      return known
    },
  }
}

interface Kept {
  readonly value: string
  readonly expires: number
  readonly owner: string | undefined
}
