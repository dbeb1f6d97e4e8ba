import { type InputNeeded, isInputNeeded, missingCapabilities, type ToolResult } from '@gateway/domain'
import { callOf } from '../call-of.ts'
import type { Answered, Exchange } from '../exchange.ts'
import { faultReply } from '../fault-reply.ts'
import { interactionOf } from '../interaction.ts'
import { refusalOf, toolResultText } from '../methods.ts'
import { missingCapability } from '../missing-capability.ts'
import type { Server } from '../server.ts'
import { changeTask, isOver, type TaskRecord } from './task-record.ts'

/** Who owns running tasks, whichever connection started them. */
export const taskOwner = (tenantId: string) => ({ tenantId, name: 'task' })

/** A task to be worked on. */
export interface TaskWork {
  readonly id: string
  readonly task: TaskRecord
  readonly answered: Answered
}

/** The work on a task, under way: what its call comes to, and what says that nobody works on it any more. */
export interface Working {
  readonly outcome: Promise<ToolResult | InputNeeded>
  done(): void
}

/** Goes on with a task that is kept until it is over or has to ask; see `finishTask`. */
export const runTask = (server: Server, exchange: Exchange, of: TaskWork): Promise<void> =>
  finishTask(server, exchange, { ...of, work: workOn(server, exchange, of) })

/** Starts the call of a task; `begin` is called once nothing stands against it. */
export const workOn = (
  server: Server,
  exchange: Exchange,
  { id, task, answered, begin }: TaskWork & { begin?(): Promise<void> },
): Working => {
  const { grant } = exchange
  const controller = new AbortController()
  const { signal } = controller
  const done = server.hub.working(taskOwner(grant.tenant.id), id, controller)
  const outcome = server.callTool({
    ...callOf(exchange),
    ...(begin && { begin }),
    era: 'modern',
    signal,
    tool: task.tool,
    args: task.args,
    timeout: grant.tenant.operations.taskTimeout,
    // Nobody is connected; progress and log messages of a task have nowhere to go.
    interaction: interactionOf({ ...exchange, logLevel: undefined, signal }, {}, answered),
  })
  return { outcome, done }
}

/** Puts what comes of the work on record, for which nobody waits. It never rejects. */
export const finishTask = async (
  server: Server,
  exchange: Exchange,
  { id, work }: { id: string; work: Working },
): Promise<void> => {
  const { grant, log } = exchange
  try {
    const change = await changeOf(work.outcome, exchange)
    await keep(() =>
      // A task that was cancelled meanwhile stays so.
      changeTask(server, grant, id, (task) => (isOver(task) ? undefined : { ...task, ...change })),
    )
  } catch (err) {
    log.error({ err }, 'task lost')
  } finally {
    work.done()
  }
}

/** Tries for about 15 s, since what is not kept is lost: a store comes back from most faults within that. */
const keep = async (write: () => Promise<unknown>): Promise<void> => {
  for (const waitMs of [500, 1_000, 2_000, 4_000, 8_000]) {
    try {
      await write()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
  await write()
}

const changeOf = async (
  outcome: Promise<ToolResult | InputNeeded>,
  exchange: Exchange,
): Promise<Partial<TaskRecord>> => {
  try {
    const result = await outcome
    if (!isInputNeeded(result)) return completed(result)
    const missing = missingCapabilities(result.needs, exchange.capabilities)
    if (missing) return { status: 'failed', error: missingCapability(missing).error }
    return { status: 'input_required', needs: result.needs, answers: {}, state: result.state }
  } catch (thrown) {
    return { status: 'failed', error: errorOf(thrown, exchange) }
  }
}

const completed = (result: ToolResult): Partial<TaskRecord> => ({
  status: 'completed',
  result: toolResultText(result),
})

const errorOf = (thrown: unknown, exchange: Exchange) => {
  try {
    return refusalOf(thrown, exchange).error
  } catch (fault) {
    return faultReply(fault, exchange.log).error
  }
}
