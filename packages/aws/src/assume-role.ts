import type { AwsBudget, AwsTarget, Measured, Role } from '@gateway/domain'
import { untilAborted } from './abort.ts'
import { allowanceOf, whileAwayOf } from './allowance.ts'
import { refusalOf, wrongAccount } from './assume-role-refusal.ts'
import { type AssumedRole, isSessionOf, keysOf, narrowedBy } from './assumed-role.ts'
import { inSpan } from './attempt-span.ts'
import { attempt } from './attempts.ts'
import { sessionNameOf, sessionTagsOf, sourceIdentityOf } from './attribution.ts'
import { awsAheadOf, endOfSession } from './aws-clock.ts'
import { assumeRoleBucketOf } from './aws-rates.ts'
import type { Clients } from './clients.ts'
import type { OnFault } from './on-fault.ts'
import { Refusal, type Session, sessionOf } from './session.ts'

export type RoleTarget = AwsTarget & { readonly role: Role }

export interface AssumeRoleOptions {
  readonly clients: Pick<Clients, 'gatewaySts'>
  readonly budget?: AwsBudget | undefined
  readonly measured?: Measured | undefined
  now(): number
  readonly onFault: OnFault
  /** Hears how much of the room for session policies and tags a session took, in per cent. */
  packed?(target: RoleTarget, percent: number): void
}

/** Assumes the role of a target (STS API, AssumeRole). Never aborted by one caller, since others may wait for it. */
export const assumeRole = async (target: RoleTarget, options: AssumeRoleOptions): Promise<Session> => {
  const { measured } = options
  const began = performance.now()
  const ended = (outcome: 'ok' | 'refused' | 'error') =>
    measured?.({ of: 'assume-role', outcome, ms: performance.now() - began })
  try {
    const session = await sessionIn(target, options)
    ended('ok')
    return session
  } catch (thrown) {
    ended(thrown instanceof Refusal ? 'refused' : 'error')
    throw thrown
  }
}

const sessionIn = async (target: RoleTarget, options: AssumeRoleOptions): Promise<Session> => {
  const { tenant, account, role, roleName, region, sessionPolicy } = target
  if (role.roleArn.split(':')[4] !== account.accountId) throw wrongAccount(target, options.onFault)
  const { module, client } = await options.clients.gatewaySts(region)
  // 3,600 s is the most that AWS allows where the gateway's own identity is an assumed role already.
  const DurationSeconds = roleName === 'read' ? 3600 : 900
  const RoleSessionName = sessionNameOf(target)
  const input = {
    RoleArn: role.roleArn,
    RoleSessionName,
    ExternalId: role.externalId,
    SourceIdentity: sourceIdentityOf(target.principal),
    Tags: sessionTagsOf(target),
    DurationSeconds,
    ...narrowedBy(sessionPolicy),
  }
  const asked = options.now()
  const signal = AbortSignal.timeout(patience)
  const { budget, measured, onFault } = options
  const bucket = assumeRoleBucketOf(tenant, region)
  const allowance = allowanceOf({ budget, bucket, how: whileAwayOf(target), patient: true, signal, onFault })
  const sendOptions = { abortSignal: signal, requestTimeout: patience / 2 }
  const ready = async () => {
    await allowance.take()
    const command = module.command('AssumeRole', input)
    // Raced as well, since the SDK does not give up on a provider of credentials that hangs.
    return (): Promise<AssumedRole> =>
      inSpan({ parent: target.span, service: 'sts', operation: 'AssumeRole', region }, command, () =>
        untilAborted(client.send(command, sendOptions), signal),
      )
  }
  const { answer } = await attempt(ready, {
    retries: 2,
    repeatable: true,
    signal,
    throttled: allowance.throttled,
    tried: (outcome, ms) => measured?.({ of: 'aws', service: 'sts', outcome, ms }),
    faultOf: (thrown, about) => refusalOf(thrown, target, { ...about, onFault }),
  })

  if (!isSessionOf(answer, role.roleArn, RoleSessionName)) throw wrongAccount(target, onFault)
  options.packed?.(target, answer.PackedPolicySize ?? 0)
  const awsAhead = awsAheadOf(client)
  const expiration = answer.Credentials?.Expiration
  const end = endOfSession({ asked, atMost: DurationSeconds * 1000, expiration, awsAhead })
  return sessionOf('role', keysOf(answer), end, awsAhead)
}

/** Milliseconds for AssumeRole with its retries. */
const patience = 10_000
