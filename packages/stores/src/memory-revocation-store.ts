import type { RevocationStore } from '@gateway/domain'
import { denyKeys, epochKeys, revocationKey } from './revocation-key.ts'

/**
 * Revocations of one process, by a clock of milliseconds since the epoch. They end with it, as all else does that is kept in
 * memory, so there is no loss to notice.
 */
export const memoryRevocationStore = ({ now }: { now(): number }): RevocationStore => {
  const kept = new Map<string, Kept>()

  const live = (key: string): Kept | undefined => {
    const found = kept.get(key)
    return found && found.expires > now() ? found : undefined
  }

  return {
    async read(subject) {
      const epochs = epochKeys(subject).map((key) => live(key)?.notBefore ?? 0)
      return {
        denied: denyKeys(subject).some((key) => live(key) !== undefined),
        notBefore: Math.max(...epochs),
      }
    },
    async revoke(revocation) {
      for (const [key, { expires }] of kept) if (expires <= now()) kept.delete(key)
      const { key, life } = revocationKey(revocation)
      const before = live(key)
      kept.set(key, {
        expires: Math.max(now() + life, before?.expires ?? 0),
        notBefore: Math.max(Math.floor(now() / 1000) + 1, before?.notBefore ?? 0),
      })
    },
  }
}

interface Kept {
  readonly expires: number
  /** Of an epoch, in seconds. */
  readonly notBefore: number
}
