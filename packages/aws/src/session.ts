import { randomUUID } from 'node:crypto'
import { GatewayError } from '@gateway/domain'

/** What a request is signed with. */
export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Credentials of one caller in one account. They are behind a function so that no log or error prints them. */
export interface Session {
  /** Differs for any two sessions, so that a client of one is never found by another. */
  readonly id: string
  readonly kind: 'role' | 'profile'
  /** Milliseconds since the epoch, by the clock of this machine. */
  readonly expiresAt: number
  /** What clients of this session begin with, since they have no answer of AWS yet that tells them; see `awsAheadOf`. */
  readonly awsAhead: number
  credentials(): SessionCredentials
}

/** AWS or a check of ours said no to this target: remembered for a while, unlike a fault that passes. */
export class Refusal extends GatewayError {}

/** Makes a session of credentials that AWS answered, or throws if they are not what `kind` promises. */
export const sessionOf = (
  kind: Session['kind'],
  credentials: SessionCredentials | undefined,
  expiresAt: number,
  awsAhead = 0,
): Session => {
  const checked = signable(kind, credentials)
  return { id: randomUUID(), kind, expiresAt, awsAhead, credentials: () => checked }
}

/**
 * The guard before anything is signed. A client that is given `credentials: undefined` signs with whatever the
 * process itself is, which in the hosted service is the gateway's own role, so "none" must never get through;
 * and keys of an assumed role start with `ASIA` (IAM User Guide, "Understanding unique ID prefixes").
 */
export const signable = (
  kind: Session['kind'],
  credentials: SessionCredentials | undefined,
): SessionCredentials => {
  const whole = credentials?.accessKeyId && credentials.secretAccessKey
  const temporary = credentials?.accessKeyId?.startsWith('ASIA') && credentials.sessionToken
  if (!credentials || !whole || (kind === 'role' && !temporary)) {
    throw new GatewayError(
      'credentials_refused',
      'There are no usable credentials for this account, so nothing was sent. If it stays, tell the operator of the gateway.',
    )
  }
  return credentials
}
