import type { Deviation } from './deviations.ts'
import { judgeScenario, type ScenarioResult, type Verdict } from './judge-scenario.ts'
import type { Revision } from './revisions.ts'

/** What the suite left behind after one revision. */
export interface SuiteRun {
  /** Undefined where it was stopped. */
  readonly exitCode: number | undefined
  readonly results: readonly ScenarioResult[]
}

/** What comes of one revision. */
export interface Judgement {
  /** For people: a line per scenario with what is wrong below it, then the count of the required ones. */
  readonly lines: readonly string[]
  /** Scenarios that passed; those that deviate are neither passed nor failed. */
  readonly passed: number
  /** Scenarios that failed, and faults of the run as a whole. */
  readonly failed: number
}

const mark = { passed: '✓', failed: '✗', deviates: '~' } as const

/** Judges all that the suite found at one revision, and that it looked for all it should. */
export const judgeRun = (revision: Revision, run: SuiteRun, deviations: readonly Deviation[]): Judgement => {
  const isRequired = ({ scenario }: ScenarioResult) => !revision.unscored.includes(scenario)
  const judged = run.results.map((result) => ({ result, verdict: judgeScenario(result, deviations) }))
  const required = judged.filter(({ result }) => isRequired(result))
  const scored = required.filter(({ verdict }) => verdict.scored).length
  const missing = revision.unscored.filter((name) => !run.results.some(({ scenario }) => scenario === name))
  const faults = [
    ...(run.exitCode === undefined ? ['the suite was stopped, it took too long'] : []),
    ...(run.exitCode ? [`the suite ended with exit code ${run.exitCode}`] : []),
    ...missing.map((name) => `${name}: was not run`),
    ...(required.length === revision.required
      ? []
      : [`${required.length} required scenarios were run, there are ${revision.required}`]),
  ]
  const count = (outcome: Verdict['outcome']) =>
    judged.filter(({ verdict }) => verdict.outcome === outcome).length
  return {
    lines: [
      ...judged.flatMap(({ result, verdict }) => [
        `${mark[verdict.outcome]} ${revision.name} ${result.scenario}: ${counted(result)}${isRequired(result) ? '' : ' (unscored)'}`,
        ...[...verdict.faults, ...verdict.notes].map((line) => `    ${line}`),
      ]),
      ...faults.map((fault) => `✗ ${revision.name}: ${fault}`),
      `${revision.name}: ${scored}/${revision.required} required, ${judged.length - required.length}/${revision.unscored.length} unscored run`,
    ],
    passed: count('passed'),
    failed: count('failed') + faults.length,
  }
}

const counted = ({ checks }: ScenarioResult): string =>
  `${checks.length} ${checks.length === 1 ? 'check' : 'checks'}`
