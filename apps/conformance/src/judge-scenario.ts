import type { Deviation } from './deviations.ts'

/** One check of the suite, as its result file has it. */
export interface Check {
  readonly id: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
  readonly errorMessage?: string
}

/** What one scenario found; no checks where it did not come to its end. */
export interface ScenarioResult {
  readonly scenario: string
  readonly checks: readonly Check[]
}

/** What comes of one scenario. */
export interface Verdict {
  /** `deviates`: nothing is wrong but what the list of deviations names. */
  readonly outcome: 'passed' | 'failed' | 'deviates'
  /** Whether the suite itself would score it as passed. */
  readonly scored: boolean
  /** One sentence each. */
  readonly faults: readonly string[]
  readonly notes: readonly string[]
}

/**
 * Judges a scenario more strictly than the suite: a warning is a SHOULD that is not kept and a skipped check is none,
 * so both are faults unless they are listed.
 */
export const judgeScenario = (result: ScenarioResult, listed: readonly Deviation[]): Verdict => {
  const { scenario, checks } = result
  const known = new Map(
    listed.flatMap((each) => (each.scenario === scenario ? [[each.check, each.why]] : [])),
  )
  const wrong = checks.filter(({ status }) => status !== 'SUCCESS' && status !== 'INFO')
  const stale = [...known.keys()].filter((id) => !wrong.some((check) => check.id === id))
  const successes = checks.filter(({ status }) => status === 'SUCCESS').length
  const faults = [
    ...wrong.filter(({ id }) => !known.has(id)).map(faultOf),
    ...stale.map((id) => `${id}: is listed as a deviation and is none`),
    ...(successes + wrong.length === 0 ? ['nothing was checked'] : []),
  ]
  return {
    outcome: faults.length > 0 ? 'failed' : wrong.length > 0 ? 'deviates' : 'passed',
    scored: successes > 0 && !checks.some(({ status }) => status === 'FAILURE'),
    faults,
    notes: [...known].map(([id, why]) => `${id}: ${why}`),
  }
}

const faultOf = ({ id, status, errorMessage = 'no reason given' }: Check): string => {
  const reason = errorMessage.replaceAll(/\s+/g, ' ')
  return `${id}: ${status.toLowerCase()}: ${reason.length <= 500 ? reason : `${reason.slice(0, 499)}…`}`
}
