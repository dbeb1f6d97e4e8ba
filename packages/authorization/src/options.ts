import type {
  Approvals,
  AuditLog,
  OAuthStore,
  RevocationStore,
  Stops,
  TenantDirectory,
} from '@gateway/domain'
import type { FastifyBaseLogger } from 'fastify'
import type { ClientRules } from './client-features.ts'
import type { HealthOptions } from './http/health-routes.ts'
import type { SigningKeys } from './signing-keys.ts'

/** All that the authorization server needs. */
export interface AuthorizationOptions extends HealthOptions {
  /** Its issuer identifier (RFC 8414 section 2): an https origin without a path, or http on loopback. */
  readonly issuer: string
  /** Canonical resource that tokens are for (RFC 8707). */
  readonly resource: string
  readonly store: OAuthStore
  readonly revocations: RevocationStore
  readonly directory: TenantDirectory
  readonly keys: SigningKeys
  readonly audit: AuditLog
  readonly logger: FastifyBaseLogger
  /** Sign cookies, the first one; all verify. At least 32 bytes each, the same on every replica. */
  readonly cookieKeys: readonly Buffer[]
  /** How clients that nobody registered are read. */
  readonly clients: ClientRules
  /** Addresses and networks of proxies whose `X-Forwarded-For` says where a request came from. */
  readonly trustedProxies?: readonly string[]
  /** Asked once for each request: why it is refused, where the process has too much to do; a word for the audit log. */
  tooMuch?(): string | undefined
  /** Calls that wait for a person's word on a page here; without it there is no such page. */
  readonly approvals?: Approvals | undefined
  /** What operators have stopped: who is stopped decides nothing. Absent where nobody can stop anything. */
  readonly stops?: Stops | undefined
  /** URL of the operator's own documentation, for people who come to the host by mistake. */
  readonly documentation?: string
  /** The value of a connection's `clientSecretRef`; undefined where the environment has none. */
  secretOf(ref: string): string | undefined
  now(): number
}
