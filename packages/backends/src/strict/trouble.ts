import type { AwsCall } from './aws-call.ts'

/** What shall go wrong, and for whom: for every request of which everything that is named here is true. */
export interface Trouble {
  /**
   * `down` closes the connection, `hanging` never answers, `unavailable` is a 503; `foreign` concerns GetCallerIdentity
   * alone, which then names a stranger.
   */
  readonly how: 'throttled' | 'down' | 'hanging' | 'unavailable' | 'foreign'
  /** IAM prefix, such as `sts`. */
  readonly service?: string
  readonly operation?: string
  /** Account of the role that is asked for, or whose session asks. */
  readonly account?: string
  readonly roleArn?: string
  /** Value of the session tag `mcp:tenant`. */
  readonly tenant?: string
  /** Requests after which it is over; absent means that it lasts. */
  readonly times?: number
}

/** For whom a request is. */
export interface TroubleSubject {
  readonly account?: string | undefined
  readonly roleArn?: string | undefined
  readonly tenant?: string | undefined
}

/** Troubles that can be made and ended at any time. */
export interface Troubles {
  /** Gives what ends it. */
  make(trouble: Trouble): () => void
  meet(call: AwsCall, subject: TroubleSubject): Trouble['how'] | undefined
}

/** Makes none yet. */
export const createTroubles = (): Troubles => {
  const left = new Map<Trouble, number>()
  return {
    make(trouble) {
      // A copy, since the same words may be said twice.
      const own = { ...trouble }
      left.set(own, trouble.times ?? Number.POSITIVE_INFINITY)
      return () => void left.delete(own)
    },
    meet(call, subject) {
      for (const [trouble, times] of left) {
        if (!concerns(trouble, call, subject)) continue
        if (times <= 1) left.delete(trouble)
        else left.set(trouble, times - 1)
        return trouble.how
      }
      return undefined
    },
  }
}

const concerns = (trouble: Trouble, call: AwsCall, subject: TroubleSubject): boolean =>
  (trouble.how !== 'foreign' || (call.service === 'sts' && call.operation === 'GetCallerIdentity')) &&
  (trouble.service ?? call.service) === call.service &&
  (trouble.operation === undefined || trouble.operation === call.operation) &&
  (['account', 'roleArn', 'tenant'] as const).every(
    (name) => trouble[name] === undefined || trouble[name] === subject[name],
  )
