import { randomBytes } from 'node:crypto'
import { freePortNear } from '../loopback-port.ts'
import type { GatewaySettings } from './gateway-environment.ts'

/**
 * Where the gateway at `port` will serve its authorization server, and a fresh client secret for the sign-in of each
 * tenant.
 */
export const makeAuthorization = async (
  port: number,
  tenants: readonly { readonly id: string }[],
): Promise<GatewaySettings['authorization']> => {
  const own = await freePortNear(port + 2)
  const secrets = new Map(tenants.map(({ id }) => [id, randomBytes(32).toString('base64url')]))
  return { url: `http://127.0.0.1:${own}`, port: own, secrets }
}
