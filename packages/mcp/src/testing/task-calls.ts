import { needInput, type ToolCall } from '@gateway/domain'
import { expect, vi } from 'vitest'
import { heldTool, said } from './answers.ts'
import { grantOfCaller } from './grants.ts'
import { declaring, type mcpLine, modern } from './mcp-line.ts'
import { replicaPair } from './replica-pair.ts'
import { sampleOffer } from './sample-offer.ts'

export type Line = ReturnType<typeof mcpLine>

/** What a client declares that knows tasks. */
export const extension = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
/** What one declares that can also be asked. */
export const able = { ...extension, elicitation: {} }
export const question = {
  method: 'elicitation/create',
  params: { message: 'Who?', requestedSchema: {} },
} as const

/** Posts a modern request of a client that is able. */
export const post = (
  line: Line,
  method: string,
  params: object,
  { grant = grantOfCaller(), capabilities = able as object } = {},
) => {
  const { body, headers } = modern(method, { ...params, _meta: declaring(capabilities) })
  return line.post(body, headers, grant)
}

/** The result of calling a tool that is long. */
export const start = async (line: Line, name = 'aws_ec2_run_job', rest: object = {}) =>
  (await post(line, 'tools/call', { name, ...rest })).json.result

/** What `tasks/get` says of a task. */
export const get = async (line: Line, taskId: unknown) =>
  (await post(line, 'tasks/get', { taskId })).json.result

/** What it says once the task stands there. */
export const reached = async (line: Line, taskId: unknown, status: string) => {
  await vi.waitFor(async () => expect((await get(line, taskId)).status).toBe(status))
  return get(line, taskId)
}

/** Two replicas that offer long tools. */
export const pairOf = (one: object = heldTool(), two: object = one) =>
  replicaPair({ offer: sampleOffer, ...one }, { offer: sampleOffer, ...two })

/** Asks for two things, then says them. */
export const askingTool = {
  callTool: async ({ interaction: { answers, state } }: ToolCall) =>
    Object.hasOwn(answers, 'a')
      ? said(JSON.stringify([answers, state]))
      : needInput({ a: question, b: question }, 7),
}
