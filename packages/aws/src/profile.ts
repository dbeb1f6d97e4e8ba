import { GatewayError } from '@gateway/domain'
import { untilAborted } from './abort.ts'
import { attempt } from './attempts.ts'
import { awsCodeOf, faultOf } from './aws-fault.ts'
import type { GatewayIdentity } from './gateway-credentials.ts'
import { adviceOn } from './profile-advice.ts'
import { loadService, type SdkClient, type SdkOutput, type ServiceModule } from './service-modules.ts'
import { silent } from './transport.ts'

export interface ProfileOptions {
  readonly endpoint?: string | undefined
  /** For the requests that a profile itself may take, such as AssumeRole, where the profile names none. */
  readonly region: string
}

/**
 * Credentials of a profile of the operator's AWS configuration: keys, SSO, `aws login`, a process or an assumed
 * role (AWS SDK for JavaScript, `fromIni`), and never the machine's own identity in their place. Without a profile
 * those of the SDK's default chain: environment, shared files, a token file, container, instance
 * (`fromNodeProviderChain`).
 */
export const credentialsOfProfile = async (
  profile: string | undefined,
  { endpoint, region }: ProfileOptions,
): Promise<GatewayIdentity> => {
  const { fromIni, fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
  const init = {
    // Credentials are mended while the gateway runs: `aws sso login` in another window must take effect.
    ignoreCache: true,
    logger: silent,
    parentClientConfig: { region },
    ...(endpoint !== undefined && { clientConfig: { endpoint } }),
  }
  const provider = profile === undefined ? fromNodeProviderChain(init) : fromIni({ ...init, profile })
  try {
    return await untilAborted(provider(), AbortSignal.timeout(60_000))
  } catch (thrown) {
    throw profileFault(profile, thrown)
  }
}

/** Whom AWS takes the caller for (STS API, GetCallerIdentity). */
export const callerIdentity = async (
  profile: string | undefined,
  clientOf: (sts: ServiceModule) => SdkClient,
): Promise<{ accountId: string; arn: string }> => {
  const { Account, Arn } = await askSts(
    'GetCallerIdentity',
    {},
    { clientOf, faultOf: (thrown) => profileFault(profile, thrown) },
  )
  if (typeof Account === 'string' && typeof Arn === 'string') return { accountId: Account, arn: Arn }
  throw new GatewayError('aws_unreachable', 'AWS answered GetCallerIdentity without an account.')
}

/** One request of a profile to STS, with two retries in 10 s; no tenant's budget is there to take it from. */
export const askSts = async (
  operation: string,
  input: object,
  { clientOf, faultOf }: { clientOf(sts: ServiceModule): SdkClient; faultOf(thrown: unknown): Error },
): Promise<SdkOutput> => {
  const sts = await loadService('sts')
  const signal = AbortSignal.timeout(10_000)
  const ready = async () => () => clientOf(sts).send(sts.command(operation, input), { abortSignal: signal })
  const { answer } = await attempt(ready, { retries: 2, repeatable: true, signal, faultOf })
  return answer
}

/** A fault of AWS as it is, and any other with what to do about the profile. */
export const profileFault = (
  profile: string | undefined,
  thrown: unknown,
  action = 'sts:GetCallerIdentity',
): Error => {
  const fault = faultOf(thrown, { action })
  const invalid = invalidKeys.has(awsCodeOf(thrown) ?? '')
  if (fault instanceof GatewayError && !invalid) return fault
  const told = thrown instanceof Error ? thrown.message : ''
  return new GatewayError('credentials_refused', adviceOn({ profile, invalid, told }), { cause: fault.cause })
}

const invalidKeys: ReadonlySet<string> = new Set([
  'AuthFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
])
