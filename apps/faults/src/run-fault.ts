import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from './fault.ts'
import { type Findings, judge } from './judge.ts'
import { badShare } from './load/load.ts'
import { chainFaults, makeAuditKeys } from './stage/audit-keys.ts'
import { readRecords } from './stage/records.ts'
import { type BackendOptions, openSingleRedis } from './stage/shared-redis.ts'
import { openStage } from './stage/stage.ts'

/** What came of one fault, and how long it lasted. */
export interface Outcome extends Findings {
  /** Whether everybody was answered again in the end. */
  readonly recovered: boolean
  /** Share of attempts that failed before the fault, where the machine was too busy for none to fail. */
  readonly failingBefore: number
  /** What is wrong with the chains of the audit log. */
  readonly chain: readonly string[]
}

/** How a fault is run. */
export interface RunOptions {
  /** The gateway's `main.ts`. */
  readonly entry: string
  readonly awsUrl: string
  readonly backends: BackendOptions
  /** Folder of the run. */
  readonly folder: string
  readonly seconds: number
  readonly seed: number
}

/** Milliseconds without a failure that are taken for calm. */
const calmMs = 2_000
/** Milliseconds that are waited for it, before the fault and after it. */
const mostWarmMs = 15_000
const mostRecoveryMs = 30_000
/** Share of calls that may fail without a fault. */
const mostTolerated = 0.3

/** Lets one fault happen under load, waits until all is good again, ends the gateways in order and judges what was seen. */
export const runFault = async (fault: Fault, options: RunOptions): Promise<Outcome> => {
  const { entry, awsUrl, backends, seed } = options
  const folder = join(options.folder, fault.name)
  await mkdir(folder, { recursive: true })
  await using stack = new AsyncDisposableStack()
  const audit = fault.openAuditFolder && stack.use(await fault.openAuditFolder(folder))
  const auditFolder = audit?.path ?? join(folder, 'audit')
  const redis = stack.use(await (fault.openRedis ?? openSingleRedis)(backends))
  const { nodeOptions } = fault
  const auditKeys = makeAuditKeys()
  const stage = stack.use(
    await openStage({ entry, redis, awsUrl, folder, auditFolder, auditKeys, seed, nodeOptions }),
  )
  const { load, replicas, aws } = stage
  // On a machine that is busy with other things some calls fail without a fault, and more cannot be asked for afterwards.
  const tolerated = (await load.calm(calmMs, mostWarmMs)) ? 0 : badShare(load.attempts)
  if (tolerated > mostTolerated)
    throw new Error(`${percent(tolerated)} of the calls failed before the fault; logs are in ${folder}`)
  const struck = Date.now()
  const heal = await fault.strike(stage)
  await sleep((fault.seconds ?? options.seconds) * 1000)
  await heal()
  const healed = Date.now()
  const recovered = await load.calm(calmMs, mostRecoveryMs, tolerated)
  await load.stop()
  await Promise.all(replicas.map((replica) => replica.end('SIGTERM')))
  const records = await readRecords(auditFolder)
  const { attempts } = load
  return {
    ...judge({ attempts, carried: aws.carried, records, struck, healed, allowed: fault.refusesWith }),
    recovered,
    failingBefore: tolerated,
    chain: await chainFaults(auditFolder, auditKeys),
  }
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
