import { GatewayError } from '@gateway/domain'
import { type AssumedRole, isSessionOf, keysOf } from './assumed-role.ts'
import { awsCodeOf } from './aws-fault.ts'
import type { GatewayIdentity } from './gateway-credentials.ts'
import { profileFault } from './profile.ts'
import { loadService, type SdkClient, type ServiceModule } from './service-modules.ts'

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
  profile: string,
  { roleArn, sessionName, durationSeconds, externalId }: ProfileRole,
  clientOf: (sts: ServiceModule) => SdkClient,
): Promise<GatewayIdentity> => {
  const sts = await loadService('sts')
  const command = sts.command('AssumeRole', {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: durationSeconds,
    ...(externalId !== undefined && { ExternalId: externalId }),
  })
  const options = { abortSignal: AbortSignal.timeout(10_000) }
  const answer = await clientOf(sts)
    .send(command, options)
    .then(
      (output) => output as AssumedRole,
      (thrown) => {
        throw refusalOf(profile, roleArn, thrown)
      },
    )
  if (!isSessionOf(answer, roleArn, sessionName)) {
    throw new GatewayError(
      'credentials_refused',
      `AWS answered with another role than ${roleArn}; nothing was sent.`,
    )
  }
  const expiration = answer.Credentials?.Expiration
  return { ...keysOf(answer), ...(expiration && { expiration }) }
}

const refusalOf = (profile: string, roleArn: string, thrown: unknown): Error => {
  const fault = profileFault(profile, thrown, 'sts:AssumeRole')
  if (!/^AccessDenied(Exception)?$/.test(awsCodeOf(thrown) ?? '')) return fault
  return new GatewayError(
    'credentials_refused',
    `AWS refused sts:AssumeRole on ${roleArn} for profile "${profile}". Check that the role exists, that its trust policy names the identity of the profile, that the identity may call sts:AssumeRole on it, and that externalId is what the trust policy wants.`,
    { cause: fault.cause },
  )
}
