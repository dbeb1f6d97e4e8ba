import { randomUUID } from 'node:crypto'
import type { RevocationStore } from '@gateway/domain'
import type { RedisConnection } from './open-redis.ts'
import { denyKeys, epochKeys, revocationKey, sentinelKey } from './revocation-key.ts'
import { readRevocationsScript, revokeScript } from './revocation-scripts.ts'

/**
 * Revocations in Redis, for any number of replicas; Redis's clock is the one they go by.
 *
 * Each tenant has a sentinel, in the slot of its revocations so that one step reads both. This process remembers those that
 * it has seen and so notices when Redis has lost them. A loss that no process alive has seen the like of before cannot be
 * told from a new tenant: where all replicas start again at once on a Redis that was emptied, revoked tokens live until
 * they expire.
 */
export const redisRevocationStore = ({ run }: RedisConnection): RevocationStore => {
  // Names of sentinels; there is one of each tenant that has called.
  const seen = new Map<string, string>()

  const remember = (tenantId: string, name: unknown): void => {
    if (typeof name !== 'string') throw new Error('the script of revocations gave an unknown answer')
    seen.set(tenantId, name)
  }

  return {
    async read(subject) {
      const { tenantId } = subject
      const epochs = epochKeys(subject)
      const keys = [sentinelKey(tenantId), ...epochs, ...denyKeys(subject)]
      const args = [seen.get(tenantId) ?? '', randomUUID(), epochs.length]
      const reply = await run(readRevocationsScript, keys, args)
      const [name, notBefore, denied] = Array.isArray(reply) ? reply : []
      // What cannot be understood must not allow.
      if (typeof notBefore !== 'number' || (denied !== 0 && denied !== 1)) {
        throw new Error('the script of revocations gave an unknown answer')
      }
      remember(tenantId, name)
      return { denied: denied === 1, notBefore }
    },
    async revoke(revocation) {
      const { tenantId } = revocation
      const { key, kind, life } = revocationKey(revocation)
      const args = [seen.get(tenantId) ?? '', randomUUID(), kind, life]
      remember(tenantId, await run(revokeScript, [sentinelKey(tenantId), key], args))
    },
  }
}
