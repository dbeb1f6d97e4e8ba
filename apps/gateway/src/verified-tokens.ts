import { hash } from 'node:crypto'
import type { Measured, Principal } from '@gateway/domain'
import { LruObject } from 'toad-cache'

/** Tokens that were fully verified moments ago: signature checks are the largest cost of a call. */
export interface VerifiedTokens {
  find(token: string): Principal | undefined
  /** Where the memory stands before a token is verified; see `remember`. */
  moment(): number
  /**
   * Keeps it, unless anything was forgotten since `moment`: it may have been verified by what is no longer so. `expires`
   * is the token's own `exp`, seconds since the epoch.
   */
  remember(
    token: string,
    principal: Principal,
    at: { readonly expires: number; readonly moment: number },
  ): void
  /** Forgets those of a tenant that has changed; all, when the keys of any issuer changed: that is rare. */
  forget(tenantId?: string): void
}

const lifeMs = 60_000

/** A bounded memory under the SHA-256 of the whole token, never the token itself; at most 60 s. */
export const verifiedTokens = (
  now: () => number,
  { measured, size = 10_000 }: { readonly measured?: Measured; readonly size?: number } = {},
): VerifiedTokens => {
  const memory = new LruObject<Entry>(size)
  const groups = new Map<string, Group>()
  let forgotten = 0
  const keyOf = (token: string) => hash('sha256', token, 'base64')
  const groupOf = (tenantId: string): Group => {
    const group = groups.get(tenantId) ?? { forgotten: false }
    groups.set(tenantId, group)
    return group
  }
  const find = (token: string): Principal | undefined => {
    const key = keyOf(token)
    const entry = memory.get(key)
    if (!entry) return undefined
    if (entry.until > now() && !entry.group.forgotten) return entry.principal
    memory.delete(key)
    return undefined
  }
  return {
    find(token) {
      const principal = find(token)
      measured?.({ of: 'cache', name: 'tokens', hit: principal !== undefined })
      return principal
    },
    moment: () => forgotten,
    remember(token, principal, { expires, moment }) {
      if (moment !== forgotten) return
      // The seconds of tolerance after `exp` are not remembered; they are verified each time.
      const until = Math.min(now() + lifeMs, expires * 1000)
      memory.set(keyOf(token), { principal, until, group: groupOf(principal.tenantId) })
    },
    forget(tenantId) {
      forgotten++
      if (tenantId === undefined) {
        memory.clear()
        groups.clear()
        return
      }
      // Its entries are found out when they are looked for, or fall out of the memory.
      const group = groups.get(tenantId)
      if (group) group.forgotten = true
      groups.delete(tenantId)
    },
  }
}

/** The remembered tokens of one tenant. */
interface Group {
  forgotten: boolean
}

interface Entry {
  readonly principal: Principal
  readonly until: number
  readonly group: Group
}
