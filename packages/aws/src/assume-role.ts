import type { AwsBudget, AwsTarget, Role } from '@gateway/domain'
import { untilAborted } from './abort.ts'
import { allowanceOf } from './allowance.ts'
import { refusalOf, wrongAccount } from './assume-role-refusal.ts'
import { type AssumedRole, isSessionOf, keysOf, narrowedBy } from './assumed-role.ts'
import { attempt } from './attempts.ts'
import { sessionNameOf, sessionTagsOf, sourceIdentityOf } from './attribution.ts'
import { assumeRoleBucketOf } from './aws-rates.ts'
import type { Clients } from './clients.ts'
import type { OnFault } from './on-fault.ts'
import { type Session, sessionOf } from './session.ts'

export type RoleTarget = AwsTarget & { readonly role: Role }

export interface AssumeRoleOptions {
  readonly clients: Pick<Clients, 'gatewaySts'>
  readonly budget?: AwsBudget | undefined
  now(): number
  readonly onFault: OnFault
  /** Hears how much of the room for session policies and tags a session took, in per cent. */
  packed?(target: RoleTarget, percent: number): void
}

/** Assumes the role of a target (STS API, AssumeRole). Never aborted by one caller, since others may wait for it. */
export const assumeRole = async (target: RoleTarget, options: AssumeRoleOptions): Promise<Session> => {
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
  const signal = AbortSignal.timeout(patience)
  const { budget, onFault } = options
  const bucket = assumeRoleBucketOf(tenant, region)
  const allowance = allowanceOf({ budget, bucket, patient: true, signal, onFault })
  const sendOptions = { abortSignal: signal, requestTimeout: patience / 2 }
  const ready = async () => {
    await allowance.take()
    const command = module.command('AssumeRole', input)
    // Raced as well, since the SDK does not give up on a provider of credentials that hangs.
    return (): Promise<AssumedRole> => untilAborted(client.send(command, sendOptions), signal)
  }
  const { answer } = await attempt(ready, {
    retries: 2,
    repeatable: true,
    signal,
    throttled: allowance.throttled,
    faultOf: (thrown, about) => refusalOf(thrown, target, { ...about, onFault }),
  })

  if (!isSessionOf(answer, role.roleArn, RoleSessionName)) throw wrongAccount(target, onFault)
  options.packed?.(target, answer.PackedPolicySize ?? 0)
  // The smaller of the two, so that a gateway whose clock is slow does not believe in a longer session.
  const longest = options.now() + DurationSeconds * 1000
  return sessionOf(
    'role',
    keysOf(answer),
    Math.min(answer.Credentials?.Expiration?.getTime() ?? longest, longest),
  )
}

/** Milliseconds for AssumeRole with its retries. */
const patience = 10_000
