import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AwsBucket,
  type AwsBudget,
  type AwsTarget,
  GatewayError,
  limitRefusal,
  type WhileAway,
} from '@gateway/domain'
import { untilAborted } from './abort.ts'
import type { OnFault } from './on-fault.ts'

export interface AllowanceOptions {
  /** Absent means that nothing but AWS itself limits. */
  readonly budget: AwsBudget | undefined
  readonly bucket: AwsBucket
  /** What it does while nobody knows what the other replicas have sent; absent means that it refuses. */
  readonly how?: WhileAway
  /** Whether a refusal that is over soon is waited for. */
  readonly patient: boolean
  readonly signal: AbortSignal
  readonly onFault: OnFault
}

export interface Allowance {
  /** Resolves when one attempt may be made; throws `rate_limited`, or `unavailable` where nobody can tell. */
  take(): Promise<void>
  /** AWS has throttled: later attempts, on every replica, get less. */
  throttled(): Promise<void>
}

/** What the requests of one call are taken from. */
export const allowanceOf = ({
  budget,
  bucket,
  how,
  patient,
  signal,
  onFault,
}: AllowanceOptions): Allowance => ({
  async take() {
    if (!budget) return
    for (let waited = 0; ; ) {
      const verdict = await untilAborted(budget.take(bucket, how), signal).catch((cause: unknown) => {
        throw new GatewayError('unavailable', 'Whether AWS may be asked cannot be checked just now.', {
          cause,
          details: { retryAfterSeconds: 2 },
        })
      })
      if (verdict.allowed) return
      const wait = verdict.retryAfterSeconds * 1000
      waited += wait
      if (!patient || waited > longestWait) throw limitRefusal(bucket.scope, verdict.retryAfterSeconds)
      await sleep(wait, undefined, { signal })
    }
  },
  async throttled() {
    // Not in the way of what AWS said: where the store is gone, the next attempt is refused by `take`.
    await budget?.throttled(bucket).catch(() => {
      onFault({ bucket: bucket.key }, 'throttling by AWS could not be noted')
    })
  },
})

/** Milliseconds for one attempt. */
const longestWait = 2_000

/** Sessions that can only read go on while their budget's store is away, within what this process alone allows. */
export const whileAwayOf = ({ roleName }: Pick<AwsTarget, 'roleName'>): WhileAway => ({
  whileAway: roleName === 'read' ? 'local' : 'refuse',
})
