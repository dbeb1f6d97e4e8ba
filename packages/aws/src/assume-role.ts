import { type AwsTarget, GatewayError, type Role } from '@gateway/domain'
import { untilAborted } from './abort.ts'
import { type AssumedRole, isSessionOf, keysOf } from './assumed-role.ts'
import { sessionNameOf, sessionTagsOf, sourceIdentityOf } from './attribution.ts'
import { awsCodeOf, faultOf } from './aws-fault.ts'
import type { Clients } from './clients.ts'
import { NoGatewayIdentity } from './gateway-credentials.ts'
import type { OnFault } from './on-fault.ts'
import { Refusal, type Session, sessionOf } from './session.ts'

export type RoleTarget = AwsTarget & { readonly role: Role }

export interface AssumeRoleOptions {
  readonly clients: Pick<Clients, 'gatewaySts'>
  now(): number
  readonly onFault: OnFault
}

/** Assumes the role of a target (STS API, AssumeRole). Never aborted by one caller, since others may wait for it. */
export const assumeRole = async (target: RoleTarget, options: AssumeRoleOptions): Promise<Session> => {
  const { account, role, roleName, region } = target
  if (role.roleArn.split(':')[4] !== account.accountId) throw wrongAccount(target, options)
  const { module, client } = await options.clients.gatewaySts(region)
  // 3,600 s is the most that AWS allows where the gateway's own identity is an assumed role already.
  const DurationSeconds = roleName === 'read' ? 3600 : 900
  const RoleSessionName = sessionNameOf(target)
  const command = module.command('AssumeRole', {
    RoleArn: role.roleArn,
    RoleSessionName,
    ExternalId: role.externalId,
    SourceIdentity: sourceIdentityOf(target.principal),
    Tags: sessionTagsOf(target),
    DurationSeconds,
  })
  const limit = AbortSignal.timeout(patience)
  // Raced as well, since the SDK does not give up on a provider of credentials that hangs.
  const sent = client.send(command, { abortSignal: limit, requestTimeout: patience / 2 })
  const answer = await untilAborted(sent, limit).then(
    (output) => output as AssumedRole,
    (thrown) => {
      throw refusalOf(thrown, target, options)
    },
  )

  if (!isSessionOf(answer, role.roleArn, RoleSessionName)) throw wrongAccount(target, options)
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

const refusalOf = (thrown: unknown, target: RoleTarget, { onFault }: AssumeRoleOptions): Error => {
  const fault = faultOf(thrown, { action: 'sts:AssumeRole' })
  const code = awsCodeOf(thrown)
  if (thrown instanceof NoGatewayIdentity || gatewayUnknown.has(code ?? '')) {
    onFault(
      { ...fieldsOf(target), code: code ?? 'NoGatewayIdentity' },
      'the gateway has no valid AWS identity',
    )
    return new GatewayError(
      'credentials_refused',
      'The gateway has no valid AWS identity of its own, so no role can be assumed. Tell its operator.',
      { cause: fault.cause },
    )
  }
  if (!(fault instanceof GatewayError) || !/^AccessDenied(Exception)?$/.test(code ?? '')) return fault
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

const wrongAccount = (target: RoleTarget, { onFault }: AssumeRoleOptions): Refusal => {
  onFault(fieldsOf(target), 'ALARM: credentials of another account or role')
  return new Refusal(
    'credentials_refused',
    'The credentials are not of the account and role that they were asked for, so nothing was sent. The operator of the gateway has been alarmed.',
  )
}

const fieldsOf = ({ tenant, account, role, region }: RoleTarget) => ({
  tenant: tenant.id,
  account: account.alias,
  roleArn: role.roleArn,
  region,
})
