import type { Attempt, Carried, Recorded } from './attempt.ts'

/** All that a run saw. Times are milliseconds of one clock. */
export interface Run {
  readonly attempts: readonly Attempt[]
  readonly carried: readonly Carried[]
  readonly records: readonly Recorded[]
  /** When the fault began, and when it ended. */
  readonly struck: number
  readonly healed: number
  /** Codes that this fault may lead to, though others may not. */
  readonly allowed?: readonly string[] | undefined
}

/** What came of one fault. Each list says what is wrong in words; all of them must be empty. */
export interface Findings {
  readonly calls: number
  readonly answered: number
  /** By code, how many attempts. */
  readonly refused: Readonly<Record<string, number>>
  /** Writes whose connection broke and of which AWS said afterwards whether they were done. */
  readonly lookedUp: number
  readonly writes: number
  readonly lost: readonly string[]
  readonly duplicated: readonly string[]
  readonly unrecorded: readonly string[]
  /** Refusals that no fault of the infrastructure may lead to, and writes that were done although it was said that they were not. */
  readonly wrong: readonly string[]
  /** Attempts to read that were sent and answered while the fault lasted, and how many of them were good. */
  readonly readsMeanwhile: { readonly all: number; readonly good: number }
  /** From the end of the fault until all was good again. */
  readonly recoveryMs: number
  /** Since the fault began: of answers for which AWS was not waited for. */
  readonly longestDecisionMs: number
}

/** Judges a run. */
export const judge = (run: Run): Findings => {
  const calls = Map.groupBy(run.attempts, ({ call }) => call)
  const done = Map.groupBy(run.carried, ({ key }) => key)
  const refused: Record<string, number> = {}
  for (const { outcome, code = 'unknown' } of run.attempts)
    if (outcome === 'refused') refused[code] = (refused[code] ?? 0) + 1
  const last = [...calls.values()].flatMap((attempts) => attempts.at(-1) ?? [])
  const bad = run.attempts.filter(({ outcome }) => outcome !== 'good').map(({ ended }) => ended)
  const meanwhile = run.attempts.filter(
    ({ kind, began, ended }) => kind === 'read' && began >= run.struck && ended <= run.healed,
  )
  return {
    calls: calls.size,
    answered: last.filter(({ outcome }) => outcome === 'good').length,
    refused,
    lookedUp: last.filter(isLookedUp).length,
    writes: run.carried.length,
    lost: last.flatMap((attempt) => lossOf(attempt, done) ?? []),
    duplicated: [...done].flatMap(([key, { length }]) =>
      length > 1 ? [`${key} was done ${length} times`] : [],
    ),
    unrecorded: unrecordedIn(run),
    wrong: [...run.attempts.flatMap((attempt) => blameIn(attempt, run) ?? []), ...doneAllTheSame(run)],
    readsMeanwhile: {
      all: meanwhile.length,
      good: meanwhile.filter(({ outcome }) => outcome === 'good').length,
    },
    recoveryMs: Math.max(0, ...bad.map((ended) => ended - run.healed)),
    longestDecisionMs: Math.max(
      0,
      ...run.attempts.filter(isDecisionIn(run)).map(({ began, ended }) => ended - began),
    ),
  }
}

/** A write may end with its connection, because AWS can tell what came of it; nothing else may end without an answer. */
const lossOf = (attempt: Attempt, done: ReadonlyMap<string, unknown>): string | undefined => {
  const { call, tool, outcome, key } = attempt
  if (outcome === 'silent') return `call ${call} (${tool}) was never answered`
  if (outcome === 'broken' && !isLookedUp(attempt))
    return `call ${call} (${tool}) broke each time it was tried`
  if (outcome === 'good' && key !== undefined && !done.has(key)) return `${key} was confirmed and never done`
  return undefined
}

const isLookedUp = ({ outcome, kind, unsent }: Attempt): boolean =>
  outcome === 'broken' && kind === 'write' && !unsent

const unrecordedIn = ({ attempts, carried, records }: Run): string[] => {
  const calls = new Set(records.map((record) => record.call_id))
  const requests = new Set(records.map((record) => record.request_id))
  const aws = new Set(records.flatMap((record) => record.aws?.request_ids ?? []))
  const answers = attempts.flatMap(({ tool, kind, outcome, code, decisionId, requestId }) => {
    if (decisionId !== undefined) return calls.has(decisionId) ? [] : [`answer ${decisionId} (${tool})`]
    if (outcome === 'refused') {
      const known = requestId !== undefined && requests.has(requestId)
      return known ? [] : [`refusal ${requestId ?? 'without an id'} (${tool}, ${code})`]
    }
    return outcome === 'good' && kind !== 'plain' ? [`an answer without an id (${tool})`] : []
  })
  const writes = carried.flatMap(({ key, requestId, callId }) =>
    aws.has(requestId) || (callId !== undefined && calls.has(callId))
      ? []
      : [`AWS request ${requestId} (${key})`],
  )
  return [...answers, ...writes]
}

/** Codes that say it is the caller who is wrong, or that the gateway does not know what happened to it. */
const blaming: ReadonlySet<string> = new Set([
  'http:400',
  'http:401',
  'http:403',
  'http:500',
  'bad_request',
  'credentials_refused',
  'insufficient_scope',
  'internal',
  'invalid_token',
  'missing_token',
  'no_role',
  'not_permitted',
  'policy_denied',
  'stopped',
  'unauthorized',
  'unknown_tenant',
])

const blameIn = ({ outcome, code, tool }: Attempt, { allowed = [] }: Run): string | undefined =>
  outcome === 'refused' && code !== undefined && blaming.has(code) && !allowed.includes(code)
    ? `${tool} was refused with ${code}`
    : undefined

/** What a client may take for "nothing was done". */
const definite: ReadonlySet<string> = new Set([
  'unavailable',
  'rate_limited',
  'too_many_requests',
  'budget_exceeded',
])

const doneAllTheSame = ({ attempts, carried }: Run): string[] =>
  attempts.flatMap(({ outcome, code = '', key, began, ended, mayBeDone }) =>
    outcome === 'refused' &&
    definite.has(code) &&
    !mayBeDone &&
    carried.some((each) => each.key === key && each.at >= began && each.at <= ended)
      ? [`${key} was done and answered with ${code}`]
      : [],
  )

/** Whether the gateway made up its mind since the fault began, without waiting for AWS. */
const isDecisionIn =
  ({ struck }: Run) =>
  ({ kind, outcome, code = '', began, mayBeDone }: Attempt): boolean =>
    began >= struck &&
    ((outcome === 'refused' && definite.has(code) && !mayBeDone) || (outcome === 'good' && kind === 'plain'))
