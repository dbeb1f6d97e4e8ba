import type { RoleName } from '../tenant.ts'

/** What verifying one role has found (probes P1-P6, and P7 after a rotation). */
export interface Verification {
  /** `accepted`: usable. `rejected`: AWS let somebody in that it must not, or would not let the gateway in. */
  readonly status: 'accepted' | 'rejected' | 'unknown'
  readonly roleName: RoleName
  readonly roleArn: string
  /** SHA-256 in hex of the external id that was verified: of another one, this says nothing. */
  readonly externalIdDigest: string
  /** When it began, UTC, ISO 8601: of two, the one that began later knows more. */
  readonly at: string
  readonly probes: readonly ProbeResult[]
}

export interface ProbeResult {
  readonly probe: 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7'
  readonly outcome: 'passed' | 'failed' | 'warning' | 'unknown' | 'skipped'
  /** One sentence: what was tried, what AWS said, and what to do about it. */
  readonly message: string
}
