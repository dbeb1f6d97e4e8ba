import { setTimeout as sleep } from 'node:timers/promises'
import type { Attempt } from '../attempt.ts'
import type { Answer } from './exchange.ts'
import { nextTask, type Place, type Task } from './tasks.ts'
import type { Wire } from './wires.ts'

/** Whether and when a call is tried again after an answer, in milliseconds; undefined where its client must not. */
export const waitBeforeNext = (task: Pick<Task, 'kind'>, answer: Answer): number | undefined => {
  const { outcome, code = '', retryAfter, unsent, sessionGone } = answer
  if (outcome === 'good' || outcome === 'silent') return undefined
  // What was sent may have been done: a write is not sent twice, unless it is said that nothing came of it.
  if (outcome === 'broken') return task.kind !== 'write' || unsent ? brokenPauseMs : undefined
  if (sessionGone) return 0
  if (isSignedOut(answer)) return signInMs
  if (retryAfter === undefined) return undefined
  return task.kind !== 'write' || saysUndone.has(code) ? retryAfter * 1000 : undefined
}

const brokenPauseMs = 200

/** Whether its client has to sign in again before it is let in. */
const isSignedOut = ({ code }: Answer): boolean => code === 'invalid_token'

/** Tokens are of a second: one that is newer than what was revoked is had in the next one. */
const signInMs = 1_000

const saysUndone: ReadonlySet<string> = new Set(['rate_limited', 'too_many_requests', 'unavailable'])

/** Who calls, and with what. */
export interface ClientOptions {
  readonly subject: string
  readonly wire: Wire
  readonly place: Place
  /** Signs in again. */
  signIn(): void
  random(): number
  /** Makes a number that no other call has. */
  newCall(): number
  report(attempt: Attempt): void
  /** Aborted when nothing new is to begin. */
  readonly stop: AbortSignal
  readonly patienceMs: number
}

/** Milliseconds between two calls of one client, on average. */
const restMs = 150

/** Calls again and again, one call at a time, until it is stopped; then ends what it began. */
export const runClient = async (options: ClientOptions): Promise<void> => {
  const { random, stop, newCall, place, subject } = options
  while (!stop.aborted) {
    await sleep(random() * 2 * restMs)
    if (stop.aborted) break
    const call = newCall()
    await carryOn(options, call, nextTask(random(), `${subject}-${call}`, place))
  }
}

const carryOn = async (options: ClientOptions, call: number, task: Task): Promise<void> => {
  const { wire, subject, report, patienceMs, signIn } = options
  const { kind, tool, key } = task
  const until = Date.now() + patienceMs
  for (;;) {
    const began = Date.now()
    const { session: _, ...answer } = await wire.request(task.method, task.params)
    const ended = Date.now()
    report({ call, kind, tool, subject, began, ended, ...answer, ...(key !== undefined && { key }) })
    const wait = waitBeforeNext(task, answer)
    if (wait === undefined || ended + wait > until) return
    await sleep(wait)
    if (isSignedOut(answer)) signIn()
  }
}
