import type { AssumeRoleInput } from './assume-role-input.ts'
import { readAssumeRole } from './assume-role-input.ts'
import type { IamReader, IamRole } from './iam-reader.ts'
import { readPolicy } from './policy-document.ts'
import type { StrictSession } from './sessions.ts'
import { type Caller, refusedByOwnPolicies, refusedByTrust } from './trust-verdict.ts'
import { textOf } from './xml.ts'

/** A refused AssumeRole, with the code and sentence of STS. */
export interface AssumeRoleRefusal {
  readonly code: string
  readonly message: string
  readonly input?: AssumeRoleInput
}

/** A permitted AssumeRole: the role as it is now. */
export interface AssumeRoleGrant {
  readonly input: AssumeRoleInput
  readonly role: IamRole
}

/** Judges one AssumeRole request of `caller` as STS would. */
export const judgeAssumeRole = async (
  iam: IamReader,
  caller: Caller,
  { parameters, region }: { readonly parameters: URLSearchParams; readonly region: string },
): Promise<AssumeRoleGrant | AssumeRoleRefusal> => {
  const input = readAssumeRole(parameters)
  if ('code' in input) return input
  const refused = (action: string, why = ''): AssumeRoleRefusal => ({
    code: 'AccessDenied',
    message: `User: ${caller.sessionArn} is not authorized to perform: ${action} on resource: ${input.roleArn}${why}`,
    input,
  })
  const own = refusedByOwnPolicies(caller, input, region)
  if (own) return refused(own.action, ` ${own.why}`)
  // AWS tells nobody whether a role exists.
  const role = await iam.role(input.roleArn)
  const action = role ? refusedByTrust(role.trust, caller, input, region) : 'sts:AssumeRole'
  if (!role || action !== undefined) return refused(action ?? 'sts:AssumeRole')
  const tooLong = durationFault(input, role, caller)
  if (tooLong !== undefined) return { code: 'ValidationError', message: tooLong, input }
  for (const arn of input.policyArns) {
    if (await iam.managedPolicy(arn, input.account)) continue
    return { code: 'ValidationError', message: `The policy ${arn} does not exist.`, input }
  }
  return { input, role }
}

/** The session that the stand-in's answer opens. */
export const openedSession = (
  { input, role }: AssumeRoleGrant,
  xml: string,
  now: number,
): StrictSession | undefined => {
  const [accessKeyId, sessionToken] = [textOf(xml, 'AccessKeyId'), textOf(xml, 'SessionToken')]
  if (!accessKeyId || !sessionToken) return undefined
  const { account, sessionName, sourceIdentity, tags, policy, policyArns } = input
  return {
    accessKeyId,
    sessionToken,
    roleArn: role.arn,
    roleId: role.id,
    account,
    sessionName,
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    tags,
    ...(policy !== undefined && { policy: readPolicy(policy, 'identity') }),
    policyArns,
    endsAt: now + input.durationSeconds * 1000,
  }
}

/** One hour is the most where the caller is itself a role (IAM User Guide, "Role chaining"). */
const durationFault = (
  { durationSeconds }: AssumeRoleInput,
  { maxSessionSeconds }: IamRole,
  { arn }: Caller,
): string | undefined => {
  if (durationSeconds > 3600 && arn.includes(':role/'))
    return 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
  if (durationSeconds > maxSessionSeconds)
    return 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
  return undefined
}
