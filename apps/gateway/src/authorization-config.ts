import { z } from 'zod'
import { isLoopback } from './is-loopback.ts'

/** Settings that say where the gateway's authorization server is, as they stand in the environment, but for its origin. */
export const authorizationEnvironment = {
  AUTHORIZATION_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number')
    .transform(Number)
    .pipe(z.int().max(65_535))
    .optional(),
  EGRESS_PROXY_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  SERVES: z.enum(['all', 'authorization']).default('all'),
}

/** The gateway's own authorization server. */
export interface AuthorizationConfig {
  /** Its issuer identifier (RFC 8414 section 2): an origin. */
  readonly issuer: string
  /** Port at which this process serves it; absent where it is served elsewhere. */
  readonly port?: number
  /** HTTP proxy for what strangers have it read: documents and keys of clients. */
  readonly egressProxyUrl?: string
}

type Given = Readonly<Record<string, string | undefined>>

/** Faults between these settings and others. */
export const authorizationFaults = (given: Given): string[] => {
  const { AUTHORIZATION_URL: issuer, AUTHORIZATION_PORT: port } = given
  if (issuer === undefined) {
    return ['AUTHORIZATION_PORT', 'EGRESS_PROXY_URL', 'SERVES']
      .filter((name) => given[name] !== undefined)
      .map(
        (name) => `${name}: says nothing without AUTHORIZATION_URL, the origin of the authorization server`,
      )
  }
  const faults: string[] = []
  // Whoever is between a browser and it takes over sign-ins.
  if (URL.canParse(issuer) && isPlain(new URL(issuer))) {
    faults.push('AUTHORIZATION_URL: must be https, unless it is of loopback')
  }
  if (issuer === given.PUBLIC_URL) {
    faults.push(
      'AUTHORIZATION_URL: must be another origin than PUBLIC_URL, with a host name or port of its own',
    )
  }
  if (issuer === given.ADMIN_ISSUER) {
    faults.push("AUTHORIZATION_URL: is the operators' sign-in (ADMIN_ISSUER), which is never that of users")
  }
  if (given.SERVES === 'authorization' && port === undefined) {
    faults.push('AUTHORIZATION_PORT: is needed with SERVES=authorization, which serves nothing else')
  }
  if (port === undefined && !given.REDIS_URL) {
    faults.push(
      'REDIS_URL: is needed with AUTHORIZATION_URL, unless this process serves it at AUTHORIZATION_PORT',
    )
  }
  if (port !== undefined && Number(port) === Number(given.PORT ?? 3000) && Number(port) !== 0) {
    faults.push('AUTHORIZATION_PORT: must be another port than PORT')
  }
  return faults
}

const isPlain = ({ protocol, hostname }: URL): boolean => protocol === 'http:' && !isLoopback(hostname)
