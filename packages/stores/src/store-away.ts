import { ReplyError } from 'ioredis'

/** The store was not asked, or did not answer in time. */
export class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError'
  /** Whether it may have been asked, and have done what it was asked. */
  readonly sent: boolean

  constructor(message: string, { sent = true }: { readonly sent?: boolean } = {}) {
    super(message)
    this.sent = sent
  }
}

/** Whether the store may have done what it was asked, though it is away: all that is lost may be its answer. */
export const mayBeDone = (cause: unknown): boolean =>
  cause instanceof StoreAwayError
    ? cause.sent
    : !(cause instanceof ReplyError || (cause instanceof Error && notWritten.test(cause.message)))

/** How ioredis refuses what it has not sent, and nothing else. */
const notWritten = /^Stream isn't writeable/

/**
 * Answers of a Redis that cannot do what it is for: it reads what another writes, is loading, is full, cannot keep what it is
 * told, has lost its master or its cluster, or is held up by a script.
 */
const unusable =
  /(?:^|-)(?:READONLY|LOADING|OOM|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS|BUSY|UNBLOCKED) /

/**
 * Whether a rejected command says that the store is away, which another moment or another server may mend; what Redis
 * answers to a mistake of ours is not.
 */
export const isStoreAway = (cause: unknown): boolean => {
  if (!(cause instanceof Error)) return false
  if (cause instanceof ReplyError) return unusable.test(cause.message)
  return cause instanceof StoreAwayError || isOfConnection(cause)
}

/** Errors of ioredis have no class of their own in common: those of connections by their words, or by the name of the class. */
const isOfConnection = ({ name, message, code }: Error & { readonly code?: unknown }): boolean =>
  name === 'MaxRetriesPerRequestError' ||
  name === 'AbortError' ||
  /^(?:Connection is closed\.|Stream isn't writeable|Socket timeout\.|Redis cannot be reached)/.test(
    message,
  ) ||
  (typeof code === 'string' && /^E[A-Z]+$/.test(code))
