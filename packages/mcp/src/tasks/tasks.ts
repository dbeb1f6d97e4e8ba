import { isInputNeeded } from '@gateway/domain'
import type { Answered, Exchange } from '../exchange.ts'
import { tasksExtension } from '../features.ts'
import { methodNotFound } from '../legacy/legacy.ts'
import { refusalOf, toolResultText } from '../methods.ts'
import { missingCapability } from '../missing-capability.ts'
import { completeOf } from '../modern/modern-results.ts'
import { fail, isObject, type Reply, rpcCodes, withMembers } from '../rpc.ts'
import type { Server } from '../server.ts'
import { challengeOf } from '../step-up.ts'
import {
  answersTo,
  changeTask,
  findTask,
  isOver,
  keepTask,
  maxKeptLength,
  type TaskRecord,
  taskOf,
} from './task-record.ts'
import { finishTask, runTask, taskOwner, workOn } from './task-run.ts'

type Params = Readonly<Record<string, unknown>>

/**
 * Starts a tool call as a task where its tool is one for that and the client knows tasks; undefined where the call is
 * to be answered while the client waits. A call that is refused, by the call limit too, is answered at once and leaves no
 * task. The answer is not sent before the task can be asked for everywhere.
 */
export const callAsTask = async (
  server: Server,
  exchange: Exchange,
  params: Params,
  answered: Answered,
): Promise<Reply | undefined> => {
  const { grant } = exchange
  const tool =
    typeof params.name === 'string' ? server.offerOf(grant.tenant).tools.get(params.name) : undefined
  const args = params.arguments ?? {}
  if (!tool?.taskSupport || !isObject(args)) return undefined
  if (!knowsTasks(exchange)) return tool.taskSupport === 'required' ? needsTasks : undefined
  if (tool.asksBeforeTask && params.inputResponses === undefined) return undefined
  const id = server.newId()
  const now = new Date(server.now()).toISOString()
  const task: TaskRecord = {
    principalId: grant.principal.id,
    replica: server.hub.replica,
    tool: tool.name,
    args,
    status: 'working',
    createdAt: now,
    lastUpdatedAt: now,
  }
  if (JSON.stringify(args).length > maxKeptLength) return tooLarge('arguments')
  const begun = Promise.withResolvers<undefined>()
  const begin = async (): Promise<void> => {
    await keepTask(server, grant, { id, task })
    begun.resolve(undefined)
  }
  const work = workOn(server, exchange, { id, task, answered, begin })
  try {
    const refused = await Promise.race([begun.promise, work.outcome])
    if (refused === undefined) {
      void finishTask(server, exchange, { id, work })
      return { result: withMembers(JSON.stringify(taskOf(id, task)), '"resultType":"task"') }
    }
    work.done()
    // Work begins before it asks for anything.
    if (isInputNeeded(refused)) throw new Error('a task asked before it began')
    const challenge = await challengeOf(server, exchange, refused.refusal)
    return challenge ?? { result: withMembers(toolResultText(refused), completeOf(server)) }
  } catch (thrown) {
    work.done()
    return refusalOf(thrown, exchange)
  }
}

/** `tasks/get`, `tasks/update` and `tasks/cancel`; a task of another caller is as unknown as any. */
export const answerTask = async (
  server: Server,
  exchange: Exchange,
  method: string,
  params: Params,
): Promise<Reply> => {
  const answer = methods.get(method)
  if (!answer) return methodNotFound
  if (!knowsTasks(exchange)) return needsTasks
  const found =
    typeof params.taskId === 'string' ? await findTask(server, exchange.grant, params.taskId) : undefined
  if (!found) return fail(rpcCodes.invalidParams, 'Invalid params: there is no such task.')
  const reply = await answer(server, exchange, { id: String(params.taskId), task: found.task, params })
  return 'error' in reply ? reply : { result: withMembers(reply.result, completeOf(server)) }
}

interface Asked {
  readonly id: string
  readonly task: TaskRecord
  readonly params: Params
}

type Method = (server: Server, exchange: Exchange, asked: Asked) => Promise<Reply>

const get: Method = async (server, { grant }, { id, task: kept }) => {
  const task = (await buried(server, { grant, id, task: kept })) ?? kept
  const { status, needs = {}, answers = {}, result, error } = task
  const base = JSON.stringify(taskOf(id, task))
  if (status === 'completed' && result !== undefined)
    return { result: withMembers(base, `"result":${result}`) }
  if (status === 'failed') return { result: withMembers(base, `"error":${JSON.stringify(error)}`) }
  if (status !== 'input_required') return { result: base }
  const open = Object.entries(needs).filter(([key]) => !Object.hasOwn(answers, key))
  return {
    result: withMembers(base, `"inputRequests":${JSON.stringify(Object.fromEntries(open))}`),
  }
}

/** A task whose replica is gone has failed, since nobody works on it any more. */
const buried = async (
  server: Server,
  { grant, id, task }: { grant: Exchange['grant']; id: string; task: TaskRecord },
): Promise<TaskRecord | undefined> => {
  if (task.status !== 'working' || task.replica === server.hub.replica) return undefined
  if (await server.bus.isAlive(task.replica)) return undefined
  return changeTask(server, grant, id, (current) =>
    current.status === 'working' && current.replica === task.replica
      ? { ...current, status: 'failed', error: replicaGone }
      : undefined,
  )
}

const update: Method = async (server, exchange, { id, params }) => {
  const given = params.inputResponses
  if (!isObject(given)) {
    return fail(rpcCodes.invalidParams, 'Invalid params: inputResponses must be an object.')
  }
  let large = false
  const changed = await changeTask(server, exchange.grant, id, (task) => {
    if (task.status !== 'input_required') return undefined
    const answers = { ...task.answers, ...answersTo(task.needs, given) }
    large = JSON.stringify(answers).length > maxKeptLength
    if (large) return undefined
    const complete = Object.keys(task.needs ?? {}).every((key) => Object.hasOwn(answers, key))
    if (!complete) return { ...task, answers }
    return { ...task, answers, status: 'working', replica: server.hub.replica }
  })
  if (large) return tooLarge('inputResponses')
  // Whichever replica took the last answer goes on with the work.
  if (changed?.status === 'working') {
    const answered = { answers: changed.answers ?? {}, state: changed.state }
    void runTask(server, exchange, { id, task: changed, answered })
  }
  return { result: '{}' }
}

const cancel: Method = async (server, { grant }, { id }) => {
  await changeTask(server, grant, id, (task) => (isOver(task) ? undefined : { ...task, status: 'cancelled' }))
  await server.hub.cancel(taskOwner(grant.tenant.id), id)
  return { result: '{}' }
}

const methods: ReadonlyMap<string, Method> = new Map([
  ['tasks/get', get],
  ['tasks/update', update],
  ['tasks/cancel', cancel],
])

const tooLarge = (what: string) =>
  fail(rpcCodes.invalidParams, `Invalid params: ${what} of a task may have ${maxKeptLength} characters.`)

const knowsTasks = ({ capabilities }: Exchange): boolean =>
  isObject(capabilities.extensions) && isObject(capabilities.extensions[tasksExtension])

const needsTasks = missingCapability({ extensions: { [tasksExtension]: {} } })

const replicaGone = fail(
  rpcCodes.internalError,
  'The replica that ran this task is gone, and some of it may have been carried out. Check before you try again.',
).error
