import type { AwsCall } from './aws-call.ts'
import type { IamReader } from './iam-reader.ts'
import type { Permission } from './needed-permissions.ts'
import type { Statement } from './policy-document.ts'
import type { Reason } from './refusal.ts'
import { sessionContext } from './session-context.ts'
import { type SessionPolicies, whyDenied } from './session-verdict.ts'
import type { StrictSession } from './sessions.ts'

/** Why a request is not answered, in the words of AWS. */
export interface Denial {
  readonly reason: Reason
  readonly message: string
}

/** What judging a session's requests takes. */
export interface SessionJudge {
  readonly iam: IamReader
  now(): number
  /** Whether a bucket is another account's than `account`. */
  isForeignBucket(bucket: string, account: string): Promise<boolean>
}

/** Why the request of a session is refused before anybody looks at what it asks; undefined where it is not. */
export const sessionFault = (session: StrictSession, call: AwsCall, now: number): Denial | undefined => {
  if (session.endsAt <= now)
    return { reason: 'expired', message: 'The security token included in the request is expired' }
  if (session.sessionToken !== call.sessionToken) return unknownKey
  return undefined
}

/** Why a session may not do what its request needs, by the policies as they are now; undefined where it may. */
export const judgeSession = async (
  { iam, isForeignBucket }: SessionJudge,
  session: StrictSession,
  call: AwsCall,
  permissions: readonly Permission[] | undefined,
): Promise<Denial | undefined> => {
  const role = await iam.role(session.roleArn)
  if (role?.id !== session.roleId) return unknownKey
  // It needs no permission, and no Deny stops it (STS API, GetCallerIdentity).
  if (call.service === 'sts' && call.operation === 'GetCallerIdentity') return undefined
  const who = `User: ${assumedRoleArn(session)}`
  if (!permissions) {
    const asked = `${call.service}:${call.operation ?? `${call.method} /${call.path.join('/')}`}`
    const message = `${who} is refused ${asked}, which the judge of the stand-in does not know`
    return { reason: 'denied', message }
  }
  const policies: SessionPolicies = {
    identity: role.identity,
    ...(role.boundary && { boundary: role.boundary }),
    ...(await sessionPolicies(iam, session)),
  }
  const asksOwner = call.service === 's3' && call.path[0] && speaksOfOwners(policies)
  const foreign = asksOwner && (await isForeignBucket(call.path[0] ?? '', session.account))
  const context = sessionContext(session, call, foreign ? 'another account' : session.account)
  for (const { action, resources } of permissions) {
    for (const resource of resources) {
      const why = whyDenied(policies, { action, resource, context })
      if (why === undefined) continue
      const shown = resource === 'unknown' ? '' : ` on resource: ${resource}`
      const message = `${who} is not authorized to perform: ${action}${shown} ${why}`
      return { reason: 'denied', message }
    }
  }
  return undefined
}

/** Name of a session in messages, trust policies and CloudTrail. */
export const assumedRoleArn = ({ roleArn, account, sessionName }: StrictSession): string =>
  `arn:${roleArn.split(':')[1]}:sts::${account}:assumed-role/${roleArn.slice(roleArn.lastIndexOf('/') + 1)}/${sessionName}`

const unknownKey: Denial = {
  reason: 'unknown-key',
  message: 'The security token included in the request is invalid',
}

/** The union of what AssumeRole was given (STS API, AssumeRole); a managed policy that is gone allows nothing. */
const sessionPolicies = async (
  iam: IamReader,
  { policy, policyArns, account }: StrictSession,
): Promise<{ session?: readonly Statement[] }> => {
  if (!policy && policyArns.length === 0) return {}
  const managed = await Promise.all(policyArns.map((arn) => iam.managedPolicy(arn, account)))
  return { session: [...(policy ?? []), ...managed.flatMap((statements) => statements ?? [])] }
}

const speaksOfOwners = ({ identity, boundary = [], session = [] }: SessionPolicies): boolean =>
  [...identity, ...boundary, ...session].some(({ conditions }) =>
    conditions.some(({ key }) => key.toLowerCase() === 'aws:resourceaccount'),
  )
