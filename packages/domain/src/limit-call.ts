import type { Operation } from './aws-calls.ts'
import type { CallDependencies } from './call-dependencies.ts'
import type { CallKind } from './call-record.ts'
import { GatewayError } from './errors.ts'
import type { Grant } from './grant.ts'
import type { Limit } from './limits.ts'
import type { LimitName } from './measure.ts'
import { pause } from './pause.ts'
import { roleForClass } from './policy.ts'
import { type Aim, isRead, usesAws } from './target.ts'
import { toolLimit } from './tool-limits.ts'
import { whileAwayOf } from './unbilled-reads.ts'

/** How long a call that only reads waits for a limit: agents send several at once. */
const patienceMs = 2_000

/** Those who wait come back at different moments, within this many milliseconds. */
const jitterMs = 200

/** A call as its limits see it. */
export interface LimitedCall {
  readonly grant: Grant
  readonly kind: CallKind
  /** What is asked for, and where; absent where the call asks for nothing that there is, which costs as much. */
  readonly operation?: Operation | undefined
  readonly aim?: Aim | undefined
  readonly signal: AbortSignal
}

/**
 * Charges one call to its tenant, its user and its tool, if all of them and the AWS bucket that it takes from allow it: refused
 * calls cost nothing. Reads wait a little first; what comes late is no harm to them. A store that cannot be reached is
 * `unavailable` (fail closed), but for reads that nobody bills, which this process limits alone.
 */
export const limitCall = async (
  deps: Pick<CallDependencies, 'limiter' | 'aws' | 'costs'>,
  call: LimitedCall,
): Promise<void> => {
  const { operation, signal } = call
  const limits = limitsOf(deps, call)
  const how = whileAwayOf(deps.costs, operation)
  const patience = performance.now() + (operation && isRead(operation) ? patienceMs : 0)
  for (;;) {
    const verdict = await deps.limiter.take(limits, how).catch((cause: unknown) => {
      throw new GatewayError('unavailable', 'Rate limits cannot be checked just now.', {
        cause,
        details: { retryAfterSeconds: 2 },
      })
    })
    if (verdict.allowed) return
    const ms = verdict.retryAfterSeconds * 1000
    const left = patience - performance.now()
    if (signal.aborted || ms > left) {
      throw limitRefusal(verdict.scope, verdict.retryAfterSeconds, operation?.name)
    }
    await pause(ms + Math.random() * Math.min(jitterMs, left - ms), signal)
  }
}

/** Says which limit refused, and when there is room again (in whole seconds), so that a model can act on it. */
export const limitRefusal = (scope: string, retryAfterSeconds: number, name = 'it'): GatewayError => {
  const seconds = Math.ceil(retryAfterSeconds)
  const [first, service = '', region = ''] = scope.split(':')
  const again = `Try again in ${seconds} s`
  const message =
    first === 'aws'
      ? `The requests to ${service} in ${region} that this tenant may send AWS just now are used up. ${again}, and ask for less at once.`
      : first === 'tool'
        ? `Your calls of ${name} are used up for now. ${again}; other tools go on.`
        : `The call limit of this ${scope} is used up. ${again}.`
  return new GatewayError('rate_limited', message, { details: { retryAfterSeconds: seconds, scope } })
}

/** Which limit refused a call; undefined where none did. */
export const limitThatRefused = ({ code, details }: GatewayError): LimitName | undefined => {
  const name = code === 'rate_limited' ? details.scope?.split(':')[0] : undefined
  return names.find((each) => each === name)
}

const names = ['tenant', 'user', 'tool', 'aws', 'concurrency'] as const

const limitsOf = (
  { aws }: Pick<CallDependencies, 'aws'>,
  { grant, kind, operation, aim }: LimitedCall,
): readonly Limit[] => {
  const tool = operation && toolLimit(grant, kind, operation)
  const bucket = operation && aim && bucketOf(aws, grant, operation, aim)
  if (!tool && !bucket) return grant.limits
  return [
    ...grant.limits,
    ...(tool ? [tool] : []),
    ...(bucket ? [{ ...bucket, testedOnly: true } as const] : []),
  ]
}

/** What all requests of a call are taken from; a call that asks several regions has an answer of each, and is not refused by one. */
const bucketOf = (
  aws: CallDependencies['aws'],
  { tenant }: Grant,
  operation: Operation,
  { granted, region, regions }: Aim,
) => {
  if (!aws.bucketOf || !usesAws(operation) || (regions && regions.length > 1)) return undefined
  const roleName = roleForClass[operation.access]
  const sent = operation.sends === undefined ? operation.iamActions : [operation.sends]
  return aws.bucketOf({ tenant, account: granted.account, region, roleName }, sent)
}
