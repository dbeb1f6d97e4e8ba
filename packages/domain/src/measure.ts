import type { AuditEvent } from './audit.ts'
import type { CallKind } from './call-record.ts'
import type { ErrorCode } from './errors.ts'
import type { OperationClass } from './tool.ts'

/**
 * One thing that is counted or timed. Its words come from closed lists of ours or from the catalogue, never from a caller, and
 * name no tenant and no person: the series of a gateway are bounded whatever is sent to it. Times in milliseconds.
 */
export type Measure =
  | {
      readonly of: 'call'
      readonly kind: CallKind
      /** Name in the catalogue; absent where there is none of that name. */
      readonly name?: string
      readonly access?: OperationClass
      readonly outcome: AuditEvent['outcome'] | 'asked'
      readonly code?: ErrorCode
      readonly ms: number
    }
  /** One request of HTTP, when it is over; `route` is a pattern. */
  | {
      readonly of: 'http'
      readonly method: string
      readonly route: string
      /** 499: its client left before it was answered. */
      readonly status: number
      /** Absent where its time says nothing: of an event stream, which lasts as long as its client, and of a client that left. */
      readonly ms?: number
    }
  /** One attempt at AWS; `aborted` is one whose caller went, or whose time was over, before there was an answer. */
  | {
      readonly of: 'aws'
      readonly service: string
      readonly outcome: 'ok' | 'throttled' | 'refused' | 'error' | 'unreachable' | 'aborted'
      readonly ms: number
    }
  | { readonly of: 'assume-role'; readonly outcome: 'ok' | 'refused' | 'error'; readonly ms: number }
  | {
      readonly of: 'cache'
      readonly name: 'sessions' | 'clients' | 'tokens' | 'boundaries'
      readonly hit: boolean
    }
  /** A session of streamable HTTP, here counted by the process that opened or ended it; they live in the store. */
  | { readonly of: 'session'; readonly what: 'opened' | 'ended' }
  /** A lease of a running call that asks AWS. */
  | { readonly of: 'lease'; readonly what: 'taken' | 'left' }
  /** Something that a limit refused; not what waited its turn. */
  | { readonly of: 'limited'; readonly limit: LimitName }
  | {
      readonly of: 'budget'
      readonly outcome: 'reserved' | 'settled' | 'exceeded'
      readonly microUsd: number
    }
  | { readonly of: 'redis'; readonly outcome: 'ok' | 'failed' | 'shed'; readonly ms: number }
  | { readonly of: 'redis-breaker'; readonly state: 'open' | 'closed' }
  /** What a function did while its store was away, see the operations page. */
  | { readonly of: 'store-away'; readonly what: 'rate' | 'concurrency' | 'revocations' | 'stops' | 'refused' }
  | {
      readonly of: 'audit'
      readonly sink: 'stdout' | 'file' | 's3'
      readonly outcome: 'written' | 'failed' | 'kept' | 'refused' | 'folded'
      readonly count: number
    }
  /** An attempt to sign a checkpoint of the audit log; none where there is no key. */
  | { readonly of: 'audit-checkpoint'; readonly outcome: 'signed' | 'failed' }
  /** Refused before anything was asked of the process, because it has too much to do. */
  | { readonly of: 'overload' }

export type LimitName = 'tenant' | 'user' | 'tool' | 'aws' | 'concurrency' | 'flood' | 'address' | 'streams'

/** Counts a measure: never throws and never waits. */
export type Measured = (measure: Measure) => void
