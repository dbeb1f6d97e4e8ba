import type { RecordKey, RecordStore } from '@gateway/domain'

/** Claims in memory, without an end of their life. */
export const memoryClaims = (): RecordStore & { readonly made: string[] } => {
  const values = new Map<string, string>()
  const made: string[] = []
  const nameOf = ({ tenantId, kind, id, owner }: RecordKey) => [tenantId, kind, owner, id].join(' ')
  return {
    made,
    async create(key, value) {
      if (values.has(nameOf(key))) return 'exists'
      values.set(nameOf(key), value)
      made.push(nameOf(key))
      return 'created'
    },
    get: async (key) => values.get(nameOf(key)),
    async replace(key, from, to) {
      if (values.get(nameOf(key)) !== from) return false
      values.set(nameOf(key), to)
      return true
    },
    remove: async (key) => values.delete(nameOf(key)),
  }
}
