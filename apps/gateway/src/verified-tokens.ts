import { hash } from 'node:crypto'
import type { Principal } from '@gateway/domain'
import { LruObject } from 'toad-cache'

/** Tokens that were fully verified moments ago: signature checks are the largest cost of a call. */
export interface VerifiedTokens {
  find(token: string): Principal | undefined
  /** `expires` is the token's own `exp`, seconds since the epoch. */
  remember(token: string, principal: Principal, expires: number): void
  /** Forgets all, when the keys of any issuer changed: that is rare, and verifying again is cheap. */
  forget(): void
}

const lifeMs = 60_000

/** A bounded memory under the SHA-256 of the whole token, never the token itself; at most 60 s. */
export const verifiedTokens = (now: () => number, size = 10_000): VerifiedTokens => {
  const memory = new LruObject<{ principal: Principal; until: number }>(size)
  const keyOf = (token: string) => hash('sha256', token, 'base64')
  return {
    find(token) {
      const key = keyOf(token)
      const entry = memory.get(key)
      if (!entry) return undefined
      if (entry.until > now()) return entry.principal
      memory.delete(key)
      return undefined
    },
    remember(token, principal, expires) {
      // The seconds of tolerance after `exp` are not remembered; they are verified each time.
      const until = Math.min(now() + lifeMs, expires * 1000)
      memory.set(keyOf(token), { principal, until })
    },
    forget: () => memory.clear(),
  }
}
