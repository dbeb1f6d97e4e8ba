import type { FastifyRequest } from 'fastify'
import type Provider from 'oidc-provider'
import type { RequestsOfProvider } from './audited-provider.ts'
import type { ClientRules } from './client-features.ts'
import type { AuthorizationOptions } from './options.ts'
import type { CompanySignIns } from './sign-in/company-sign-ins.ts'
import type { Pending } from './sign-in/pending.ts'
import type { Upstream } from './sign-in/upstream.ts'

/** What the routes share. */
export interface AuthorizationContext extends AuthorizationOptions {
  /** The provider of the keys that are in force. Rejects with `unavailable`. */
  provider(): Promise<Provider>
  /** Whose request it was that the provider answers. */
  readonly requests: RequestsOfProvider
  /** Id of the tenant whose sign-in a request is of, for its audit event. */
  readonly companies: WeakMap<FastifyRequest, string>
  /** Paths at which people can try again what an outage stopped. */
  readonly retries: WeakMap<FastifyRequest, string>
  readonly clients: ClientRules
  readonly signIns: CompanySignIns
  readonly upstream: Upstream
  readonly pending: Pending
}
