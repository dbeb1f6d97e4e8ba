import { createClients, regionOfProfile } from './clients.ts'
import { callerIdentity, credentialsOfProfile } from './profile.ts'
import { sessionOf } from './session.ts'
import { createTransport } from './transport.ts'

/**
 * Who the operator is with a profile of their AWS configuration, or without one with what the SDK finds by itself; and
 * the region that it names. `region` is where to ask instead.
 */
export const identityOfProfile = async (
  profile: string | undefined,
  { endpoint, region: asked }: { readonly endpoint?: string; readonly region?: string } = {},
): Promise<{ accountId: string; arn: string; region?: string }> => {
  const configured = asked ?? (await regionOfProfile(profile))
  const region = configured ?? 'us-east-1'
  const { expiration, ...credentials } = await credentialsOfProfile(profile, { endpoint, region })
  const transport = createTransport()
  const clients = createClients({
    transport,
    userAgent: 'mcp-gw',
    endpoint,
    gatewayCredentials,
    maxClients: 1,
  })
  const session = sessionOf('profile', credentials, expiration?.getTime() ?? Number.POSITIVE_INFINITY)
  const choice = { session, tenantId: '', region }
  try {
    const identity = await callerIdentity(profile, (sts) => clients.of(sts, choice))
    return configured === undefined ? identity : { ...identity, region: configured }
  } finally {
    transport.destroy()
  }
}

/** Nothing here is done as the gateway. */
const gatewayCredentials = () => Promise.reject(new Error('no gateway'))
