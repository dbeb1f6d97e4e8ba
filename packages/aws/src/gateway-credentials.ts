import type { SessionCredentials } from './session.ts'

/** Gives the identity of the gateway itself. It signs `sts:AssumeRole`, what its own audit log needs, and nothing else. */
export type GatewayCredentials = () => Promise<GatewayIdentity>

/** Credentials with the time at which they end, if they do. */
export interface GatewayIdentity extends SessionCredentials {
  readonly expiration?: Date
}

/**
 * The gateway's own identity: the SDK's default chain for Node (AWS SDK for JavaScript, "Credential providers"),
 * loaded when first asked; or `fixed`, for a stand-in of AWS that takes any key.
 */
export const gatewayCredentials = (
  fixed?: Pick<SessionCredentials, 'accessKeyId' | 'secretAccessKey'>,
): GatewayCredentials => {
  if (fixed) return async () => fixed
  let chain: GatewayCredentials | undefined
  return async () => {
    if (!chain) {
      const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
      chain = fromNodeProviderChain()
    }
    return chain()
  }
}

/** Thrown where the gateway has no identity, so that it is told apart from a role that refuses it. */
export class NoGatewayIdentity extends Error {
  override name = 'NoGatewayIdentity'
}

/** `provider`, except that what it throws carries no text of others, and that nothing is not an identity. */
export const identityOrNothing =
  (provider: GatewayCredentials): GatewayCredentials =>
  async () => {
    let identity: GatewayIdentity | undefined
    try {
      identity = await provider()
    } catch {
      throw new NoGatewayIdentity('the provider of the credentials of the gateway failed')
    }
    if (!identity?.accessKeyId || !identity.secretAccessKey) {
      throw new NoGatewayIdentity('the provider of the credentials of the gateway gave none')
    }
    return identity
  }
