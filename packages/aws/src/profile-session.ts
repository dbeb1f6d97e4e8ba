import { type AwsTarget, GatewayError } from '@gateway/domain'
import { awsAheadOf, endOfSession } from './aws-clock.ts'
import type { Clients } from './clients.ts'
import { callerIdentity, credentialsOfProfile } from './profile.ts'
import { assumeProfileRole, type ProfileRole } from './profile-role.ts'
import type { SdkClient, ServiceModule } from './service-modules.ts'
import { type Session, sessionOf } from './session.ts'

export interface ProfileSessionOptions {
  readonly clients: Clients
  readonly endpoint?: string | undefined
  /** Whether the credentials of this machine may be used at all. */
  readonly ownCredentials: boolean
  readonly profileRole?: ProfileRole | undefined
  now(): number
}

/**
 * A session of the operator's own profile, or of the role that it assumes, once AWS has confirmed that it is in the
 * account of the target.
 */
export const profileSession = async (
  { tenant, account, region, role, sessionPolicy }: AwsTarget,
  { clients, endpoint, ownCredentials, profileRole, now }: ProfileSessionOptions,
): Promise<Session> => {
  // Without this block no tenant may ever reach credentials of the machine: in the hosted gateway those are its own.
  if (!tenant.authentication) throw new Error(`tenant ${tenant.id} has no credentials of its own`)
  if (!ownCredentials) {
    throw new GatewayError(
      'credentials_refused',
      'This gateway does not lend its own AWS credentials to a tenant. Its operator has to remove authentication from the tenant and give it roles.',
    )
  }
  const { profile } = tenant.authentication
  const asked = now()
  const { expiration, ...credentials } = await credentialsOfProfile(profile, { endpoint, region })
  const asking = sessionOf('profile', credentials, asked)
  let client: SdkClient | undefined
  const clientOf = (sts: ServiceModule): SdkClient => {
    client ??= clients.once(sts, { session: asking, region })
    return client
  }
  if (role !== 'profile') {
    // Receipt and audit event name the role of the target, so it must be the one that is assumed.
    if (!profileRole || profileRole.roleArn !== role.roleArn) throw new Error('not the role of this profile')
    if (role.roleArn.split(':')[4] !== account.accountId) throw new Error('a role of another account')
    const { expiration: end, ...assumed } = await assumeProfileRole(
      profile,
      profileRole,
      sessionPolicy,
      clientOf,
    )
    const awsAhead = awsAheadOf(client)
    const atMost = profileRole.durationSeconds * 1000
    return sessionOf('role', assumed, endOfSession({ asked, atMost, expiration: end, awsAhead }), awsAhead)
  }
  const { accountId } = await callerIdentity(profile, clientOf)
  if (accountId !== account.accountId) {
    throw new GatewayError(
      'credentials_refused',
      `${profile === undefined ? 'What was found as AWS credentials' : `AWS profile "${profile}"`} is in account ${accountId}, but account ${account.alias} is ${account.accountId}; nothing else was sent. Choose other credentials or correct the account id.`,
    )
  }
  const awsAhead = awsAheadOf(client)
  const atMost = expiration ? Number.POSITIVE_INFINITY : rereadAfter
  return sessionOf('profile', credentials, endOfSession({ asked, atMost, expiration, awsAhead }), awsAhead)
}

/** Keys without an end are read from the profile's files again after this, so that new ones take effect. */
const rereadAfter = 3_600_000
