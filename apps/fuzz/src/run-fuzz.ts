import { setTimeout as sleep } from 'node:timers/promises'
import { exchange } from './exchange.ts'
import { type Finding, findingOf, sameFinding } from './finding.ts'
import type { Target } from './inputs/input.ts'
import { makeInput, type Numbered } from './inputs/make-input.ts'
import { judgeAudit, type Refused, refusedIn } from './judge-audit.ts'
import { judgeExchange } from './judge-exchange.ts'
import { judgeLog } from './judge-log.ts'
import { judgeMemory, type MemoryGrowth } from './judge-memory.ts'
import { createTokenRefusals } from './judge-refusals.ts'
import { type Measured, measureOf } from './measured.ts'
import { messagesOf } from './messages.ts'
import { hasEnded, type Stage } from './stage/start-stage.ts'
import { accountsOf } from './stage/tenants.ts'

/** What is to be tried. */
export interface Plan {
  readonly seed: number
  /** Number of the first input. */
  readonly from: number
  readonly inputs: number
  /** When no further input is begun, as a time of `Date.now()`. */
  readonly until: number
  readonly only: readonly Target[]
}

/** What came of it. */
export interface Outcome {
  readonly inputs: number
  readonly byTarget: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
  /** Answers by their status, and what JSON-RPC said by its code; `good` is a result. */
  readonly told: Readonly<Record<string, number>>
  readonly memory: MemoryGrowth | undefined
  /** Refusals whose audit records were counted. */
  readonly audited: number
}

/** Inputs that are under way at the same time. */
const lanes = 8

/** Time for what was begun to end and be written. */
const settleMs = 500

/** Sends the inputs, several at a time, and judges each of them, what they left behind, and the memory of the gateway. */
export const runFuzz = async (stage: Stage, plan: Plan): Promise<Outcome> => {
  const { gateway, ports, material, secrets, aws } = stage
  const { seed, from, inputs, until, only } = plan
  const findings: Finding[] = []
  const slow: Numbered[] = []
  const refused: Refused[] = []
  const byTarget: Record<string, number> = {}
  const told: Record<string, number> = {}
  const judgeTokenRefusals = createTokenRefusals()
  let tried = 0
  let seenOfAws = aws.requests.length

  const attempt = async (input: Numbered): Promise<void> => {
    const done = await exchange(ports[input.door], input)
    tried++
    byTarget[input.target] = (byTarget[input.target] ?? 0) + 1
    const { answers } = done
    for (const each of [
      ...answers.map(({ status }) => String(status)),
      ...answers.flatMap(messagesOf).map(({ error }) => error ?? 'good'),
    ])
      told[each] = (told[each] ?? 0) + 1
    for (const fault of judgeExchange(input, done, secrets)) {
      // The machine may be busy: what was slow is tried again, alone.
      if (fault.kind === 'hang') slow.push(input)
      else findings.push(findingOf(input, fault))
    }
    if (input.target === 'jwt')
      findings.push(...judgeTokenRefusals(done.answers).map((fault) => findingOf(input, fault)))
    refused.push(...refusedIn(input, done))
    for (const each of aws.requests.slice(seenOfAws)) {
      if (theirs.includes(each.account))
        findings.push(findingOf(input, { kind: 'AWS asked', detail: `${each.account}: ${each.what}` }))
    }
    seenOfAws = aws.requests.length
  }

  /** Gives the number of the first input that was not begun. */
  const inLanes = async (first: number, end: number, deadline: number): Promise<number> => {
    let next = first
    const lane = async (): Promise<void> => {
      while (next < end && Date.now() < deadline && !hasEnded(gateway)) {
        const input = makeInput(seed, next++, { only, material })
        await attempt(input)
        if (hasEnded(gateway))
          findings.push(findingOf(input, { kind: 'crash', detail: `under way at the end` }))
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
    await sleep(settleMs)
    return next
  }

  // What is kept for a while (verified tokens, sessions, compiled code) is there after the first half.
  const now = Date.now()
  const half = await inLanes(from, from + Math.floor(inputs / 2), now + (until - now) / 2)
  const before = hasEnded(gateway) ? undefined : await measureOf(gateway)
  await inLanes(half, from + inputs, until)
  const after = before && !hasEnded(gateway) ? await settledMeasure(gateway, before) : undefined
  for (const input of slow.slice(0, mostAgain)) {
    const faults = judgeExchange(input, await exchange(ports[input.door], input), secrets)
    findings.push(...faults.filter(({ kind }) => kind === 'hang').map((fault) => findingOf(input, fault)))
  }
  const memory = before && after ? judgeMemory(before, after) : undefined
  findings.push(
    ...(await judgeAudit(stage.auditFile, refused)),
    ...(await judgeLog(stage.logFile)),
    ...(memory?.fault ? [findingOf(undefined, memory.fault)] : []),
  )
  return {
    inputs: tried,
    byTarget,
    findings: sameFinding(findings),
    told,
    memory,
    audited: refused.length,
  }
}

/** What a gateway holds when it has had time to let go of what was under way. */
const settledMeasure = async (gateway: Stage['gateway'], before: Measured): Promise<Measured> => {
  for (let look = 1; ; look++) {
    const measured = await measureOf(gateway)
    if (look === 3 || !judgeMemory(before, measured).fault) return measured
    await sleep(settleMs * 6)
  }
}

const theirs: readonly string[] = accountsOf.globex

const mostAgain = 20
