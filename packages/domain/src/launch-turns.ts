import type { CostGuard, CostQuestion } from './cost.ts'
import { GatewayError } from './errors.ts'
import type { RecordKey, RecordStore } from './records.ts'

/** Who launches, and where. */
export interface Launching {
  readonly tenantId: string
  readonly accountId: string
  readonly callId: string
  readonly question: CostQuestion
}

/**
 * Does `work`, which sends the request of the question; where the tenant limits how many instances run, one call at a time in each
 * account and region, and where it limits buckets, one at a time in each account. What is there is counted again in the turn, so that
 * of two calls that both found room for the last one is refused (`cost_limit_exceeded`). Rejects with `rate_limited` where others
 * have the turn for too long.
 */
export type InLaunchTurn = <Answer>(of: Launching, work: () => Promise<Answer>) => Promise<Answer>

/** Turns on all replicas of the store; `wait` resolves after so many milliseconds. */
export const launchTurns = ({
  records,
  costs,
  wait,
  patienceMs = 10_000,
}: {
  readonly records: RecordStore
  readonly costs: CostGuard
  wait(ms: number): Promise<void>
  readonly patienceMs?: number
}): InLaunchTurn => {
  const take = async (key: RecordKey, callId: string): Promise<void> => {
    const bounds = { ttlSeconds: turnSeconds, maxPerTenant: mostTurns }
    for (let waited = 0; ; waited += pauseMs) {
      if ((await records.create(key, callId, bounds)) === 'created') return
      if (waited >= patienceMs) throw busy()
      await wait(pauseMs)
    }
  }
  const give = async (keys: readonly RecordKey[], callId: string, sent: boolean): Promise<void> => {
    // A turn that cannot be given back ends by itself; how the work ended is what its caller must hear.
    const given = keys.map((key) =>
      (sent ? records.replace(key, callId, callId, settlingSeconds) : giveBack(records, key, callId)).catch(
        () => undefined,
      ),
    )
    await Promise.all(given)
  }
  return async ({ tenantId, accountId, callId, question }, work) => {
    const ids = turnsOf(question, accountId)
    if (ids.length === 0) return work()
    const taken: RecordKey[] = []
    let sent = false
    try {
      for (const id of ids) {
        const key: RecordKey = { tenantId, kind: 'launch', id }
        await take(key, callId)
        taken.push(key)
      }
      const { faults } = await costs.assess(question)
      if (faults.length > 0) {
        throw new GatewayError('cost_limit_exceeded', `${faults.join(' ')} Nothing was sent.`)
      }
      sent = true
      return await work()
    } finally {
      await give(taken, callId, sent)
    }
  }
}

/** Longer than any launch takes that a call waits for. */
const turnSeconds = 310

/** Until AWS's own list has what was made (EC2 API, "Eventual consistency"). */
const settlingSeconds = 5

const pauseMs = 250
const mostTurns = 1_000

/** The turns that a request takes, always in this order, so that no two calls wait for each other. */
const turnsOf = ({ limits, request, region }: CostQuestion, accountId: string): readonly string[] => {
  const name = `${request.service}:${request.operation}`
  return [
    ...(limits.ec2?.maxRunning !== undefined && starting.has(name) ? [`${accountId}~${region}`] : []),
    ...(limits.s3?.maxBuckets !== undefined && makingBuckets.has(name) ? [`${accountId}~buckets`] : []),
  ]
}

const starting: ReadonlySet<string> = new Set([
  'cloudformation:ExecuteChangeSet',
  'ec2:RunInstances',
  'ec2:StartInstances',
])

const makingBuckets: ReadonlySet<string> = new Set(['cloudformation:ExecuteChangeSet', 's3:CreateBucket'])

const giveBack = async (records: RecordStore, key: RecordKey, callId: string): Promise<boolean> =>
  (await records.get(key)) === callId && records.remove(key)

const busy = (): GatewayError =>
  new GatewayError(
    'rate_limited',
    'Another call is starting instances or making buckets in this account, and how many there may be is limited. Nothing was sent; try again.',
    { details: { retryAfterSeconds: 5 } },
  )
