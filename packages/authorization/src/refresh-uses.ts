import type { OAuthStore } from '@gateway/domain'
import type { AdapterPayload } from 'oidc-provider'

/** Tells a client that lost an answer, or has several processes, from somebody who replays a refresh token. */
export interface RefreshUses {
  /** Notes that a token was used, so that the one it came from has no grace any more. */
  use(token: AdapterPayload): Promise<void>
  /** True while a token that was consumed (seconds since the epoch) may be used once more. */
  isInGrace(token: AdapterPayload, consumedAt: number): Promise<boolean>
}

/**
 * A refresh token works for 45 s after its first use, unless its successor was used: then the answer has arrived. Successors
 * are known by their family (grant and moment of its first token) and generation. Of several that came from one token in its
 * grace each goes on working; the first to be used ends the grace.
 */
export const refreshUses = ({ store, now }: { readonly store: OAuthStore; now(): number }): RefreshUses => ({
  async use(token) {
    const id = useOf(token, 0)
    if (id !== undefined) await store.upsert(model, id, '1', { ttlSeconds: graceSeconds + 15 })
  },
  async isInGrace(token, consumedAt) {
    // Either way: where this clock and the store's are far apart there is no grace, and not a long one.
    if (Math.abs(now() / 1000 - consumedAt) > graceSeconds) return false
    const successor = useOf(token, 1)
    return successor !== undefined && (await store.find(model, successor)) === undefined
  },
})

const useOf = ({ grantId, iiat, rotations = 0 }: AdapterPayload, later: number): string | undefined =>
  grantId === undefined || iiat === undefined ? undefined : JSON.stringify([grantId, iiat, rotations + later])

/** Long enough for an answer that was lost and for processes that share a token, too short to be worth stealing one. */
const graceSeconds = 45
const model = 'RefreshUse'
