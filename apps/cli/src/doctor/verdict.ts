import type { Deployment } from './deployment.ts'
import type { HostName } from './hosts.ts'

/** What one check has found; everything but `ok` says what is wrong, and what is to be done about it. */
export type Verdict = { readonly status: 'ok' } | Trouble

/** What is not as it should be, or could not be seen. */
export interface Trouble {
  readonly status: 'warn' | 'fail' | 'skip'
  readonly problem: string
  readonly remedy: string
}

/** Part of a deployment that a check is about, where it is not about one host. */
type Area = 'network' | 'challenge' | 'metadata' | 'sign-in' | 'redirects' | 'wire'

/** One thing that is checked. */
export interface Check {
  /** Stable, for scripts. */
  readonly id: string
  /** The host that it matters to, or the area for what matters to all. */
  readonly host: HostName | Area
  /** What is so where it is well. */
  readonly title: string
  run(deployment: Deployment): Promise<Verdict>
}

/** A check and what it has found. */
export interface Finding {
  readonly id: string
  readonly host: string
  readonly status: Verdict['status']
  readonly title: string
  readonly problem?: string
  readonly remedy?: string
}

/** All is well. */
export const ok: Verdict = { status: 'ok' }

/** Some hosts can live with it, or it cannot be told for certain from outside. */
export const warn = (problem: string, remedy: string): Trouble => ({ status: 'warn', problem, remedy })

/** A host that relies on it cannot connect, or somebody could get in who must not. */
export const fail = (problem: string, remedy: string): Trouble => ({ status: 'fail', problem, remedy })

/** It could not be tried; another check says why, or the person can. */
export const skip = (problem: string, remedy: string): Trouble => ({ status: 'skip', problem, remedy })
