import {
  GatewayError,
  type Measured,
  type Principal,
  type RevocationState,
  type RevocationStore,
  type RevocationSubject,
} from '@gateway/domain'
import { LruObject } from 'toad-cache'
import { refused } from './bearer.ts'

/** Whether those who were let in are so still: steps before ask it for every request, what stays open asks it again. */
export interface Revocations {
  /**
   * Throws or rejects with `invalid_token` where the principal's token, grant, user, client or tenant was revoked since it
   * was issued, and with `unavailable` where nobody can tell: while the store is away, what was known less than a minute ago
   * goes for a token that was issued less than five minutes ago. Without a promise where what is known is fresh.
   */
  check(principal: Principal): void | Promise<void>
  /** Whether it is revoked, as the store says now; rejects where the store cannot be reached. */
  isRevoked(principal: Principal): Promise<boolean>
}

/** What is known of one token. */
interface Known {
  readonly state: RevocationState
  /** Milliseconds since the epoch, before the store was asked. */
  readonly at: number
}

/** Milliseconds for which an answer is believed. */
const believedMs = 5_000
/** Milliseconds for which one is believed while the store is away, for a token that is younger than `youngMs`. */
const lastMs = 60_000
const youngMs = 5 * 60_000
/** Milliseconds after which the next one is asked for, while the request at hand goes on by the last one. */
const refreshMs = 3_000

/**
 * Revocations as this process knows them, of as many tokens as it remembers at all. What it knows is of the token and not of
 * one principal object: one that is verified anew, as each is after a minute, is known as it was before.
 */
export const createRevocations = (options: {
  readonly store: Pick<RevocationStore, 'read'>
  now(): number
  measured?: Measured | undefined
  /** Tokens that are remembered; of more, those that nobody has asked about for longest are forgotten. */
  readonly size?: number
}): Revocations => {
  const { store, now, measured, size = 10_000 } = options
  const known = new LruObject<Known>(size)
  const reading = new Map<string, Promise<Known>>()

  const readNow = async (principal: Principal): Promise<Known> => {
    const at = now()
    const read = { state: await store.read(subjectOf(principal)), at }
    known.set(keyOf(principal), read)
    return read
  }
  const read = (principal: Principal): Promise<Known> => {
    const key = keyOf(principal)
    const pending = reading.get(key)
    if (pending) return pending
    const started = readNow(principal).finally(() => reading.delete(key))
    reading.set(key, started)
    return started
  }

  /** Why nobody knows better is `cause`. */
  const lastKnown = (principal: Principal, cause: unknown): RevocationState => {
    const last = known.get(keyOf(principal))
    const young = Math.abs(now() - (principal.issuedAt ?? 0) * 1000) < youngMs
    if (!last || !young || Math.abs(now() - last.at) > lastMs) {
      measured?.({ of: 'store-away', what: 'refused' })
      return unavailable(cause)
    }
    measured?.({ of: 'store-away', what: 'revocations' })
    return last.state
  }

  return {
    check(principal): void | Promise<void> {
      const last = known.get(keyOf(principal))
      const age = last ? Math.abs(now() - last.at) : Number.POSITIVE_INFINITY
      if (!last || age >= believedMs) {
        return read(principal)
          .then(
            ({ state }) => state,
            (cause) => lastKnown(principal, cause),
          )
          .then((state) => judge(state, principal))
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

/** What the store is asked for, and of a token without an id when it was issued: another may be good where that one is not. */
const keyOf = ({ tenantId, id, client, tokenId, grantId, issuedAt }: Principal): string =>
  JSON.stringify([
    tenantId,
    id,
    client,
    tokenId ?? null,
    grantId ?? null,
    tokenId === undefined ? issuedAt : 0,
  ])

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
