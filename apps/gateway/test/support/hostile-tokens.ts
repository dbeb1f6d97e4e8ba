import { wrongGrants } from './hostile-authorization.ts'
import { wrongAudiences, wrongClients, wrongDates, wrongIssuers, wrongKinds } from './hostile-claims.ts'
import { wrongHeaders } from './hostile-headers.ts'
import { wrongAlgorithms, wrongSignatures } from './hostile-signatures.ts'
import type { SignIn } from './sign-in.ts'

/** What the tokens are made against and with. */
export interface HostileContext {
  /** The sign-in whose tokens the gateway accepts: ES256. */
  readonly own: Pick<SignIn, 'issuer' | 'key' | 'claims' | 'header' | 'token' | 'signed'>
  /** The sign-in of the other customer. */
  readonly other: SignIn
  readonly resource: string
  /** URL of a listener that nobody may reach. */
  readonly listener: string
}

/** A row of the attack list, the spelling, and the token. */
export type HostileToken = readonly [row: string, what: string, token: string]

/** Tokens that must all end in the same 401, with the number of their row in the attack list. */
export const hostileTokens = (context: HostileContext): HostileToken[] => [
  ...wrongAlgorithms(context),
  ...wrongSignatures(context),
  ...wrongHeaders(context),
  ...wrongDates(context),
  ...wrongIssuers(context),
  ...wrongAudiences(context),
  ...wrongKinds(context),
  ...wrongClients(context),
]

/** The same against the gateway's own authorization server, whose clients are on no list. */
export const hostileGrants = (context: HostileContext): HostileToken[] => [
  ...wrongAlgorithms(context),
  ...wrongSignatures(context),
  ...wrongHeaders(context),
  ...wrongDates(context),
  ...wrongIssuers(context),
  ...wrongAudiences(context),
  ...wrongKinds(context),
  ...wrongGrants(context),
]
