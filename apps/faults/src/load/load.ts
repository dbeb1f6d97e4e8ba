import { setTimeout as sleep } from 'node:timers/promises'
import type { Attempt } from '../attempt.ts'
import { runClient } from './client.ts'
import { randomFrom } from './random.ts'
import type { Place } from './tasks.ts'
import { legacyWire, modernWire } from './wires.ts'

/** Somebody who calls. */
export interface Person {
  readonly subject: string
  readonly era: 'legacy' | 'modern'
  readonly place: Place
  /** A new token. */
  signIn(): string
}

/** Clients at work. */
export interface Load {
  readonly attempts: readonly Attempt[]
  /** Adds one who begins now. */
  join(person: Person): void
  /**
   * Resolves once everybody was answered within `calmMs` and not more than `tolerated` (a share, 0 to 1) of it failed, or to false
   * after `mostMs`.
   */
  calm(calmMs: number, mostMs: number, tolerated?: number): Promise<boolean>
  /** Lets no new call begin, and resolves when those under way have ended. */
  stop(): Promise<void>
}

/** Milliseconds that a client waits for one answer, and that it goes on trying one call. */
const patienceMs = 15_000

/** Starts a client for each of `people` against `url`. */
export const startLoad = (url: string, people: readonly Person[], seed: number): Load => {
  const attempts: Attempt[] = []
  const stopping = new AbortController()
  const subjects = new Set<string>()
  const running: Promise<void>[] = []
  let calls = 0
  const join = ({ subject, era, place, signIn }: Person): void => {
    subjects.add(subject)
    const open = era === 'legacy' ? legacyWire : modernWire
    let token = signIn()
    const client = runClient({
      subject,
      place,
      patienceMs,
      wire: open({ url, token: () => token, patienceMs }),
      signIn() {
        token = signIn()
      },
      random: randomFrom(seed + running.length),
      newCall: () => ++calls,
      report: (attempt) => void attempts.push(attempt),
      stop: stopping.signal,
    })
    running.push(client)
  }
  for (const person of people) join(person)

  const isCalm = (since: number, tolerated: number): boolean => {
    const recent = attempts.filter(({ ended }) => ended >= since)
    const answered = new Set(recent.map(({ subject }) => subject))
    return badShare(recent) <= tolerated && answered.size === subjects.size
  }
  return {
    attempts,
    join,
    async calm(calmMs, mostMs, tolerated = 0) {
      const began = Date.now()
      while (Date.now() < began + mostMs) {
        await sleep(100)
        if (Date.now() >= began + calmMs && isCalm(Date.now() - calmMs, tolerated)) return true
      }
      return false
    },
    async stop() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

/** Which share of attempts was not as on a day without faults; 0 where there are none. */
export const badShare = (attempts: readonly Attempt[]): number =>
  attempts.filter(({ outcome }) => outcome !== 'good').length / Math.max(1, attempts.length)
