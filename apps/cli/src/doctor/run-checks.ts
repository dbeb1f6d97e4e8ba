import type { Deployment } from './deployment.ts'
import { NoAnswer } from './reach.ts'
import { unregister } from './register.ts'
import { type Check, type Finding, fail, skip, type Verdict } from './verdict.ts'

export interface CheckRun {
  readonly deployment: Deployment
  readonly checks: readonly Check[]
  /** Hears of each finding as it is there. */
  found(finding: Finding): void
}

/** Makes the checks one after another, and removes the clients that were registered for it. */
export const runChecks = async ({ deployment, checks, found }: CheckRun): Promise<void> => {
  const end = Date.now() + deployment.timing.all
  let gone = false
  for (const check of checks) {
    const { id, host, title } = check
    const verdict: Verdict = gone ? unreachable : Date.now() > end ? late : await bounded(check, deployment)
    gone ||= id === 'reachable' && verdict.status === 'fail'
    found({ id, host, title, ...verdict })
  }
  for (const each of deployment.registered) await unregister(each, deployment)
}

const unreachable = skip('The deployment does not answer.', 'See reachable.')

const late = fail(
  'It was not checked: the deployment took too long for the checks before.',
  'See those that took their time, and check again.',
)

/** A check that ends in time; what it still waits for ends with its own time. */
const bounded = async (check: Check, deployment: Deployment): Promise<Verdict> => {
  const { check: limit } = deployment.timing
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<Verdict>((resolve) => {
    const seconds = `${limit / 1000} s`
    timer = setTimeout(
      () => resolve(fail(`It took more than ${seconds}.`, 'Look for what is slow: proxy, gateway or store.')),
      limit,
    )
  })
  try {
    return await Promise.race([check.run(deployment).catch(noAnswer), tooLong])
  } finally {
    clearTimeout(timer)
  }
}

const noAnswer = (thrown: unknown): Verdict => {
  if (!(thrown instanceof NoAnswer)) throw thrown
  return fail(
    `There is no answer: ${thrown.message} (${thrown.code}).`,
    'Does a proxy or firewall drop this request? Look at its log.',
  )
}
