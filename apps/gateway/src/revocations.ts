import {
  GatewayError,
  type Principal,
  type RevocationState,
  type RevocationStore,
  type RevocationSubject,
} from '@gateway/domain'
import { refused } from './bearer.ts'

/** Whether those who were let in are so still: steps before ask it for every request, what stays open asks it again. */
export interface Revocations {
  /**
   * Throws or rejects with `invalid_token` where the principal's token, grant, user, client or tenant was revoked since it
   * was issued, and with `unavailable` where nobody can tell. Without a promise where what is known is fresh.
   */
  check(principal: Principal): void | Promise<void>
  /** Whether it is revoked, as the store says now; rejects where the store cannot be reached. */
  isRevoked(principal: Principal): Promise<boolean>
}

/** What is known of a principal, for as long as somebody holds it. */
interface Known {
  readonly state: RevocationState
  /** Milliseconds since the epoch, before the store was asked. */
  readonly at: number
}

/** Milliseconds for which an answer is believed. */
const believedMs = 5_000
/** Milliseconds after which the next one is asked for, while the request at hand goes on by the last one. */
const refreshMs = 3_000

/**
 * Revocations as this process knows them. What it knows hangs on the principal: as many as tokens are remembered and streams
 * are open, and a token that is verified anew is asked for anew.
 */
export const createRevocations = (options: {
  readonly store: Pick<RevocationStore, 'read'>
  now(): number
}): Revocations => {
  const { store, now } = options
  const known = new WeakMap<Principal, Known>()
  const reading = new WeakMap<Principal, Promise<Known>>()

  const readNow = async (principal: Principal): Promise<Known> => {
    const at = now()
    const read = { state: await store.read(subjectOf(principal)), at }
    known.set(principal, read)
    return read
  }
  const read = (principal: Principal): Promise<Known> => {
    const pending = reading.get(principal)
    if (pending) return pending
    const started = readNow(principal).finally(() => reading.delete(principal))
    reading.set(principal, started)
    return started
  }

  return {
    check(principal): void | Promise<void> {
      const last = known.get(principal)
      const age = last ? Math.abs(now() - last.at) : Number.POSITIVE_INFINITY
      if (!last || age >= believedMs) {
        return read(principal).then(({ state }) => judge(state, principal), unavailable)
      }
      // Where that fails, whoever comes when nothing is believed any more is told.
      if (age >= refreshMs) void read(principal).catch(() => undefined)
      return judge(last.state, principal)
    },
    async isRevoked(principal) {
      const { state } = await read(principal)
      return causeOf(state, principal) !== undefined
    },
  }
}

const subjectOf = ({ tenantId, id, client, tokenId, grantId }: Principal): RevocationSubject => ({
  tenantId,
  userId: id,
  clientId: client,
  ...(tokenId !== undefined && { tokenId }),
  ...(grantId !== undefined && { grantId }),
})

const judge = (state: RevocationState, principal: Principal): void => {
  const cause = causeOf(state, principal)
  if (cause !== undefined) throw refused(cause)
}

const causeOf = ({ denied, notBefore }: RevocationState, { issuedAt = 0 }: Principal): string | undefined => {
  if (denied) return 'the token or its grant is revoked'
  return issuedAt < notBefore ? 'issued before a revocation' : undefined
}

const unavailable = (cause: unknown): never => {
  if (cause instanceof GatewayError) throw cause
  throw new GatewayError('unavailable', 'It cannot be told just now whether your sign-in still holds.', {
    cause,
    details: { retryAfterSeconds: 2 },
  })
}
