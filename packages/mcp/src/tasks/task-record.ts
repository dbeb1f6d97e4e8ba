import { GatewayError, type Grant, type InputRequest, type RecordKey } from '@gateway/domain'
import { isObject, type RpcError } from '../rpc.ts'
import type { Server } from '../server.ts'

/** Where a task stands (SEP-2663). */
export type TaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'

/** A task as it is kept: all there is of it, so that any replica can go on with it once it waits for nobody. */
export interface TaskRecord {
  readonly principalId: string
  /** The replica that works on it, while one does. */
  readonly replica: string
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
  readonly status: TaskStatus
  /** ISO 8601. */
  readonly createdAt: string
  readonly lastUpdatedAt: string
  /** Questions that are open, answers so far, and the state of the handler that asked. */
  readonly needs?: Readonly<Record<string, InputRequest>>
  readonly answers?: Readonly<Record<string, unknown>>
  readonly state?: unknown
  /** JSON of the `CallToolResult`. */
  readonly result?: string
  readonly error?: RpcError
}

/** Milliseconds that a task can be asked for while it is open, and once it is over. */
const openMs = 7_200_000
const overMs = 1_800_000

/** Milliseconds that a client should wait between two looks. */
const pollIntervalMs = 1_000

/** Seconds that a record is kept: a little longer than promised. */
const recordSeconds = (task: TaskRecord): number => (isOver(task) ? overMs : openMs) / 1000 + 60

/** Characters of what clients sent (arguments, answers) that is kept with a task. */
export const maxKeptLength = 65_536

/** Tasks that are kept at once: of one tenant, and of one user among them. */
const bounds = { maxPerTenant: 1_000, maxPerOwner: 100 }

/** Where a task is kept: under its tenant and its user, so that it is unknown to all others. */
const taskKey = ({ tenant, principal }: Grant, id: string): RecordKey => ({
  tenantId: tenant.id,
  kind: 'task',
  owner: principal.id,
  id,
})

/** Keeps a new task; throws `rate_limited` where there are as many as may be. */
export const keepTask = async (
  { records }: Pick<Server, 'records'>,
  grant: Grant,
  { id, task }: { id: string; task: TaskRecord },
): Promise<void> => {
  const ttlSeconds = recordSeconds(task)
  const made = await records.create(taskKey(grant, id), JSON.stringify(task), { ...bounds, ttlSeconds })
  if (made === 'created') return
  throw new GatewayError('rate_limited', 'Too many tasks are kept. Wait for some to end and to expire.', {
    details: { retryAfterSeconds: 60 },
  })
}

/** The caller's own task; undefined for one that is unknown or another's. */
export const findTask = async (
  { records }: Pick<Server, 'records'>,
  grant: Grant,
  id: string,
): Promise<{ task: TaskRecord; text: string } | undefined> => {
  const text = await records.get(taskKey(grant, id))
  if (text === undefined) return undefined
  const task = JSON.parse(text) as TaskRecord
  return task.principalId === grant.principal.id ? { task, text } : undefined
}

/**
 * Changes a task, never losing a change made elsewhere meanwhile; `change` gives undefined to leave it as it is.
 * Resolves to what it became, or undefined where it was left.
 */
export const changeTask = async (
  server: Pick<Server, 'records' | 'now'>,
  grant: Grant,
  id: string,
  change: (task: TaskRecord) => TaskRecord | undefined,
): Promise<TaskRecord | undefined> => {
  for (let tries = 0; tries < 20; tries++) {
    const found = await findTask(server, grant, id)
    const next = found && change(found.task)
    if (!found || !next) return undefined
    const updated = { ...next, lastUpdatedAt: new Date(server.now()).toISOString() }
    const text = JSON.stringify(updated)
    if (await server.records.replace(taskKey(grant, id), found.text, text, recordSeconds(updated)))
      return updated
  }
  throw new Error('a task changes too often to be changed')
}

/** Whether a task has come to its end. */
export const isOver = ({ status }: TaskRecord): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled'

/** The members that a client sees of every task; `ttlMs` counts from its creation. */
export const taskOf = (id: string, task: TaskRecord): object => {
  const { status, createdAt, lastUpdatedAt } = task
  const ttlMs = isOver(task) ? Date.parse(lastUpdatedAt) - Date.parse(createdAt) + overMs : openMs
  return { taskId: id, status, createdAt, lastUpdatedAt, ttlMs, pollIntervalMs }
}

/** Answers to open questions among `given`; what nobody asked for is ignored. */
export const answersTo = (
  needs: TaskRecord['needs'] = {},
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(given).filter(([key, value]) => Object.hasOwn(needs, key) && isObject(value)),
  )
