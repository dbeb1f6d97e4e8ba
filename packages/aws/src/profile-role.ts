import { GatewayError, type SessionPolicy } from '@gateway/domain'
import { type AssumedRole, isSessionOf, keysOf, narrowedBy } from './assumed-role.ts'
import { awsCodeOf } from './aws-fault.ts'
import type { GatewayIdentity } from './gateway-credentials.ts'
import { askSts, profileFault } from './profile.ts'
import type { SdkClient, ServiceModule } from './service-modules.ts'

/** A role that a person's own profile assumes; its trust policy need allow nothing but sts:AssumeRole. */
export interface ProfileRole {
  readonly roleArn: string
  readonly sessionName: string
  /** 900 to 43,200; AWS allows 3,600 at most where the profile is an assumed role itself. */
  readonly durationSeconds: number
  readonly externalId?: string
}

/**
 * Credentials of `role`, asked for with those of the profile (STS API, AssumeRole). Neither session tags nor a source
 * identity go along, as they do for a tenant's role: nobody but the person of the profile ever acts by it.
 */
export const assumeProfileRole = async (
  profile: string | undefined,
  { roleArn, sessionName, durationSeconds, externalId }: ProfileRole,
  sessionPolicy: SessionPolicy | undefined,
  clientOf: (sts: ServiceModule) => SdkClient,
): Promise<GatewayIdentity> => {
  const input = {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: durationSeconds,
    ...(externalId !== undefined && { ExternalId: externalId }),
    ...narrowedBy(sessionPolicy),
  }
  const faultOf = (thrown: unknown) => refusalOf(profile, roleArn, thrown)
  const answer: AssumedRole = await askSts('AssumeRole', input, { clientOf, faultOf })
  if (!isSessionOf(answer, roleArn, sessionName)) {
    throw new GatewayError(
      'credentials_refused',
      `AWS answered with another role than ${roleArn}; nothing was sent.`,
    )
  }
  const expiration = answer.Credentials?.Expiration
  return { ...keysOf(answer), ...(expiration && { expiration }) }
}

const refusalOf = (profile: string | undefined, roleArn: string, thrown: unknown): Error => {
  const fault = profileFault(profile, thrown, 'sts:AssumeRole')
  if (!/^AccessDenied(Exception)?$/.test(awsCodeOf(thrown) ?? '')) return fault
  return new GatewayError(
    'credentials_refused',
    `AWS refused sts:AssumeRole on ${roleArn} for ${profile === undefined ? 'your AWS credentials' : `profile "${profile}"`}. Check that the role exists, that its trust policy names their identity, that the identity may call sts:AssumeRole on it, and that externalId is what the trust policy wants.`,
    { cause: fault.cause },
  )
}
