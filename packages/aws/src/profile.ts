import { GatewayError } from '@gateway/domain'
import { untilAborted } from './abort.ts'
import { awsCodeOf, faultOf } from './aws-fault.ts'
import type { GatewayIdentity } from './gateway-credentials.ts'
import { loadService, type SdkClient, type ServiceModule } from './service-modules.ts'

export interface ProfileOptions {
  readonly endpoint?: string | undefined
  /** For the requests that a profile itself may take, such as AssumeRole, where the profile names none. */
  readonly region: string
}

/**
 * Credentials of a profile of the operator's AWS configuration: keys, SSO, `aws login`, a process or an assumed
 * role (AWS SDK for JavaScript, `fromIni`). Not the default chain, which falls back on the machine's own identity.
 */
export const credentialsOfProfile = async (
  profile: string,
  { endpoint, region }: ProfileOptions,
): Promise<GatewayIdentity> => {
  const { fromIni } = await import('@aws-sdk/credential-providers')
  const provider = fromIni({
    profile,
    // A profile is mended while the gateway runs: `aws sso login` in another window must take effect.
    ignoreCache: true,
    parentClientConfig: { region },
    ...(endpoint !== undefined && { clientConfig: { endpoint } }),
  })
  try {
    return await untilAborted(provider(), AbortSignal.timeout(60_000))
  } catch (thrown) {
    throw profileFault(profile, thrown)
  }
}

/** Whom AWS takes the caller for (STS API, GetCallerIdentity). */
export const callerIdentity = async (
  profile: string,
  clientOf: (sts: ServiceModule) => SdkClient,
): Promise<{ accountId: string; arn: string }> => {
  const sts = await loadService('sts')
  try {
    const { Account, Arn } = await clientOf(sts).send(sts.command('GetCallerIdentity', {}), {
      abortSignal: AbortSignal.timeout(10_000),
    })
    if (typeof Account === 'string' && typeof Arn === 'string') return { accountId: Account, arn: Arn }
  } catch (thrown) {
    throw profileFault(profile, thrown)
  }
  throw new GatewayError('aws_unreachable', 'AWS answered GetCallerIdentity without an account.')
}

/** Says what to run, since the only reader is the operator at their own machine. */
export const profileFault = (profile: string, thrown: unknown, action = 'sts:GetCallerIdentity'): Error => {
  const fault = faultOf(thrown, { action })
  const told = thrown instanceof Error ? thrown.message : ''
  const advice = invalidKeys.has(awsCodeOf(thrown) ?? '')
    ? `has credentials that AWS does not accept or that have expired. Renew them: aws sso login --profile ${profile}, or aws configure --profile ${profile}.`
    : adviceOf(profile, told)
  if (fault instanceof GatewayError && !invalidKeys.has(fault.details.aws?.code ?? '')) return fault
  return new GatewayError('credentials_refused', `AWS profile "${profile}" ${advice}`, { cause: fault.cause })
}

const adviceOf = (profile: string, told: string): string => {
  if (told.startsWith('Could not resolve credentials using profile')) {
    return `does not exist or names no credentials. See which there are: aws configure list-profiles. Make one: aws configure sso --profile ${profile}.`
  }
  if (/\bSSO\b/i.test(told)) return `is signed out. Sign in: aws sso login --profile ${profile}.`
  if (/aws login|re-?authenticate|Failed to load.* token/i.test(told)) {
    return `is signed out. Sign in: aws login --profile ${profile}.`
  }
  if (/multi-factor/i.test(told)) {
    return 'asks for an MFA code, which the gateway cannot enter. Use a profile with SSO, or one with session credentials.'
  }
  return `gave no credentials. See why: aws sts get-caller-identity --profile ${profile}.`
}

const invalidKeys: ReadonlySet<string> = new Set([
  'AuthFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
])
