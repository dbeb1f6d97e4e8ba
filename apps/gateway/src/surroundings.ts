import type { Logger } from 'pino'
import type { AppDependencies } from './app.ts'
import type { AuthorizationParts, OwnAuthorization } from './authorization-server.ts'
import type { Observation } from './open-observation.ts'

/** What a process has beside its settings. */
export interface Surroundings {
  /** For the names that the tenants file uses. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the process tells what no request is to blame for; standard output unless given. */
  readonly log?: Logger
  /** See `AuthorizationParts`. */
  readonly clientHosts?: AuthorizationParts['clientHosts']
  /** See `CallDependencies`: for tests that AWS itself refuses, and nobody else. */
  readonly localPolicy?: 'off'
}

/** What `buildApp` needs, and what is served beside it. */
export interface Dependencies extends AppDependencies {
  /** Absent where people do not sign in through the gateway. */
  readonly authorization: OwnAuthorization | undefined
  /** For the internal port. */
  readonly observation: Observation
  /** Calls that run have `drainMs` to end by themselves, none unless given. */
  close(drainMs?: number): Promise<void>
}
