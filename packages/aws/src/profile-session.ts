import { type AwsTarget, GatewayError } from '@gateway/domain'
import type { Clients } from './clients.ts'
import { callerIdentity, credentialsOfProfile } from './profile.ts'
import { type Session, sessionOf } from './session.ts'

export interface ProfileSessionOptions {
  readonly clients: Clients
  readonly endpoint?: string | undefined
  now(): number
}

/** A session of the operator's own profile, once AWS has confirmed that it is in the account of the target. */
export const profileSession = async (
  { tenant, account, region }: AwsTarget,
  { clients, endpoint, now }: ProfileSessionOptions,
): Promise<Session> => {
  const profile = tenant.authentication?.profile
  if (profile === undefined) throw new Error(`tenant ${tenant.id} names no profile`)
  const { expiration, ...credentials } = await credentialsOfProfile(profile, { endpoint, region })
  const expiresAt = expiration?.getTime() ?? now() + rereadAfter
  const session = sessionOf('profile', credentials, expiresAt)
  const choice = { session, tenantId: tenant.id, region, retryCount: tenant.operations.retryCount }
  const { accountId } = await callerIdentity(profile, (sts) => clients.of(sts, choice))
  if (accountId !== account.accountId) {
    throw new GatewayError(
      'credentials_refused',
      `AWS profile "${profile}" is in account ${accountId}, but account ${account.alias} is ${account.accountId}; nothing else was sent. Choose another profile or correct the account id.`,
    )
  }
  return session
}

/** Keys without an end are read from the profile's files again after this, so that new ones take effect. */
const rereadAfter = 3_600_000
