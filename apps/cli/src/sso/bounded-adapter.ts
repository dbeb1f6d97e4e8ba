import { type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider'

/** Entries of one kind; the oldest makes room for the next, so that nobody fills the memory. */
const most = 500

interface Entry {
  readonly payload: AdapterPayload
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** Where one provider keeps what it must remember, in the memory of this process and bounded. */
export const boundedAdapter = (now: () => number = Date.now): AdapterFactory => {
  const kinds = new Map<string, Map<string, Entry>>()
  return (kind) => {
    const entries = kinds.get(kind) ?? new Map<string, Entry>()
    kinds.set(kind, entries)
    const live = (id: string) => {
      const entry = entries.get(id)
      if (entry && entry.until > now()) return entry
      entries.delete(id)
      return undefined
    }
    const copyOf = (entry: Entry | undefined) => entry && structuredClone(entry.payload)
    const idWith = (name: 'uid' | 'userCode', value: string) =>
      [...entries].find(([, { payload }]) => payload[name] === value)?.[0]
    const findWith = async (name: 'uid' | 'userCode', value: string) => {
      const id = idWith(name, value)
      return id === undefined ? undefined : copyOf(live(id))
    }
    return {
      async upsert(id, payload, expiresIn) {
        entries.delete(id)
        const [oldest] = entries.keys()
        if (entries.size >= most && oldest !== undefined) entries.delete(oldest)
        const until = expiresIn === undefined ? Number.POSITIVE_INFINITY : now() + expiresIn * 1000
        entries.set(id, { payload: structuredClone(payload), until })
      },
      find: async (id) => copyOf(live(id)),
      findByUid: (uid) => findWith('uid', uid),
      findByUserCode: (userCode) => findWith('userCode', userCode),
      async consume(id) {
        const entry = live(id)
        // Of two requests with one code the second may have read it before the first took it (RFC 6749 section 4.1.2).
        if (!entry || entry.payload.consumed) throw new errors.InvalidGrant('the code was used before')
        entries.set(id, { ...entry, payload: { ...entry.payload, consumed: Math.floor(now() / 1000) } })
      },
      async destroy(id) {
        entries.delete(id)
      },
      async revokeByGrantId(grantId) {
        for (const each of kinds.values()) {
          for (const [id, { payload }] of each) if (payload.grantId === grantId) each.delete(id)
        }
      },
    }
  }
}
