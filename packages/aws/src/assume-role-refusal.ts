import { GatewayError } from '@gateway/domain'
import type { RoleTarget } from './assume-role.ts'
import type { AttemptsMade } from './attempts.ts'
import { awsCodeOf, faultOf } from './aws-fault.ts'
import { NoGatewayIdentity } from './gateway-credentials.ts'
import type { OnFault } from './on-fault.ts'
import { Refusal } from './session.ts'

/** What `sts:AssumeRole` threw, in words that say who mends it: the operator, or the tenant. */
export const refusalOf = (
  thrown: unknown,
  target: RoleTarget,
  { onFault, ...about }: AttemptsMade & { readonly onFault: OnFault },
): Error => {
  const { externalId, nextExternalId = '' } = target.role
  // STS quotes what it was sent where it finds fault with it.
  const secrets = [externalId, nextExternalId]
  const fault = faultOf(thrown, { action: 'sts:AssumeRole', secrets, ...about })
  const code = awsCodeOf(thrown) ?? ''
  if (thrown instanceof NoGatewayIdentity || gatewayUnknown.has(code)) {
    onFault(
      { ...fieldsOf(target), code: code || 'NoGatewayIdentity' },
      'the gateway has no valid AWS identity',
    )
    return new GatewayError(
      'credentials_refused',
      'The gateway has no valid AWS identity of its own, so no role can be assumed. Tell its operator.',
      { cause: fault.cause },
    )
  }
  if (!(fault instanceof GatewayError)) return fault
  const ofPolicy = /^(PackedPolicyTooLarge|MalformedPolicyDocument)(Exception)?$/.exec(code)?.[1]
  if (ofPolicy !== undefined) return policyRefusal(ofPolicy, target, fault)
  if (!/^AccessDenied(Exception)?$/.test(code)) return fault
  // AWS's own sentence names the gateway's role; of it only the action is told, which says what to change.
  const { message = '', ...aws } = fault.details.aws ?? { code: 'AccessDenied' }
  const action = /not authorized to perform: (sts:\w+)/.exec(message)?.[1] ?? 'sts:AssumeRole'
  const { accountId } = target.account
  return new Refusal(
    'credentials_refused',
    `AWS refused ${action} on ${target.role.roleArn}. Check in account ${accountId} that the role exists and that its trust policy names the gateway's role, has this tenant's ExternalId, and allows sts:AssumeRole, sts:SetSourceIdentity and sts:TagSession.`,
    { details: { aws }, cause: fault.cause },
  )
}

/** Of credentials that are not what was asked for. */
export const wrongAccount = (target: RoleTarget, onFault: OnFault): Refusal => {
  onFault(fieldsOf(target), 'ALARM: credentials of another account or role')
  return new Refusal(
    'credentials_refused',
    'The credentials are not of the account and role that they were asked for, so nothing was sent. The operator of the gateway has been alarmed.',
  )
}

/** What the log may say of a target. */
export const fieldsOf = ({ tenant, account, role, region }: RoleTarget) => ({
  tenant: tenant.id,
  account: account.alias,
  roleArn: role.roleArn,
  region,
})

/** Codes with which STS says that it does not know who asks: the gateway's fault, not the tenant's. */
const gatewayUnknown: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'MissingAuthenticationToken',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
])

/** Remembered like a refused role: only a change of the tenant mends it, and that makes the session another one. */
const policyRefusal = (what: string, { tenant }: RoleTarget, { details, cause }: GatewayError): Refusal => {
  const wrong =
    what === 'PackedPolicyTooLarge'
      ? 'is too large once AWS has packed it with the session tags. Whoever administers the tenant has to shorten'
      : 'is not one that AWS takes. Whoever administers the tenant has to mend'
  return new Refusal(
    'credentials_refused',
    `The session policy of tenant ${tenant.id} ${wrong} its permissions (policy, allowedServices, allowedRegions, permissionBoundary); until then no call of it can reach AWS.`,
    { details, cause },
  )
}
