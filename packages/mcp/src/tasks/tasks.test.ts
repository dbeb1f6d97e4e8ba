import { needInput } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { heldTool, said } from '../testing/answers.ts'
import { grantOfCaller } from '../testing/grants.ts'
import { declaring, mcpLine, modern } from '../testing/mcp-line.ts'
import { sampleOffer } from '../testing/sample-offer.ts'

import {
  askingTool,
  extension,
  get,
  type Line,
  pairOf,
  post,
  question,
  reached,
  start,
} from '../testing/task-calls.ts'

test('a call of a long tool is a task, which any replica can tell of, from its start to its result', async () => {
  const tool = heldTool()
  const { one, two } = pairOf(tool)
  const task = await start(one, 'aws_ec2_run_job', { arguments: {} })
  expect(task).toMatchObject({
    resultType: 'task',
    status: 'working',
    ttlMs: 7_200_000,
    pollIntervalMs: 1_000,
  })
  expect(Date.parse(String(task.createdAt))).toBeGreaterThan(0)
  for (const line of [one, two]) {
    expect(await get(line, task.taskId)).toMatchObject({
      resultType: 'complete',
      status: 'working',
      taskId: task.taskId,
    })
  }
  tool.end()
  const done = await reached(two, task.taskId, 'completed')
  expect(done).toMatchObject({ result: { content: [{ type: 'text', text: 'done' }] } })
  expect(tool.calls[0]).toMatchObject({ tool: 'aws_ec2_run_job', era: 'modern', timeout: 900_000 })
  expect(await get(one, task.taskId)).toMatchObject(done)
})

test('who does not know tasks waits for the answer, but for what must be one', async () => {
  const line = mcpLine({ offer: sampleOffer, callTool: async () => said('done') })
  const call = (name: string) => post(line, 'tools/call', { name }, { capabilities: { extensions: {} } })
  expect((await call('aws_ec2_run_job')).json.result.resultType).toBe('complete')
  const refused = await call('aws_ec2_only_job')
  expect([refused.status, refused.json.error.code, refused.refusals.length]).toEqual([400, -32021, 1])
  expect(refused.json.error.data).toEqual({ requiredCapabilities: extension })
  expect((await start(line, 'aws_ec2_only_job')).resultType).toBe('task')
  expect((await start(line, 'aws_ec2_list_things')).resultType).toBe('complete')
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    const answer = await post(line, method, { taskId: 'x' }, { capabilities: {} })
    expect([answer.status, answer.json.error.code]).toEqual([400, -32021])
  }
})

test('a tool that asks first does so while its client waits; the answers start the task', async () => {
  const line = mcpLine({
    offer: sampleOffer,
    callTool: async ({ interaction: { answers, state } }) =>
      answers.who ? said(JSON.stringify([answers, state])) : needInput({ who: question }, 's'),
  })
  const asked = await start(line, 'aws_ec2_asking_job')
  expect(asked).toMatchObject({ resultType: 'input_required', inputRequests: { who: question } })
  const inputResponses = { who: { action: 'accept' } }
  const task = await start(line, 'aws_ec2_asking_job', { inputResponses, requestState: asked.requestState })
  expect(task.resultType).toBe('task')
  const text = JSON.stringify([inputResponses, 's'])
  expect(await reached(line, task.taskId, 'completed')).toMatchObject({ result: { content: [{ text }] } })
})

test('a task asks, takes answers in parts on any replica, and goes on with all of them', async () => {
  const { one, two } = pairOf(askingTool)
  const { taskId } = await start(one)
  const asking = await reached(two, taskId, 'input_required')
  expect(asking.inputRequests).toEqual({ a: question, b: question })
  const update = async (line: Line, inputResponses: unknown) =>
    post(line, 'tasks/update', { taskId, inputResponses })
  for (const wrong of [undefined, null, [], 'x'])
    expect((await update(one, wrong)).json.error.code).toBe(-32602)
  // Of other names, of other shapes, of prototypes: nobody asked for these.
  await update(one, JSON.parse('{"c":{},"__proto__":{"a":{}},"constructor":{},"a":"x","b":null}'))
  expect((await get(one, taskId)).inputRequests).toEqual({ a: question, b: question })
  expect((await update(one, { a: { n: 1 } })).json.result.resultType).toBe('complete')
  expect((await get(two, taskId)).inputRequests).toEqual({ b: question })
  await update(two, { b: { n: 2 } })
  const text = JSON.stringify([{ a: { n: 1 }, b: { n: 2 } }, 7])
  expect(await reached(one, taskId, 'completed')).toMatchObject({ result: { content: [{ text }] } })
  // Too late, and no fault.
  expect((await update(one, { a: {} })).json.result).toBeDefined()
  expect((await get(one, taskId)).status).toBe('completed')
})

test('a task that asks for what its client did not declare has failed', async () => {
  const line = mcpLine({ offer: sampleOffer, ...askingTool })
  const { body, headers } = modern('tools/call', { name: 'aws_ec2_run_job', _meta: declaring(extension) })
  const { taskId } = (await line.post(body, headers)).json.result
  expect(await reached(line, taskId, 'failed')).toMatchObject({ error: { code: -32021 } })
})

test("a task is its user's: to others, of its tenant or not, it is as unknown as any", async () => {
  const tool = heldTool()
  const { one, two } = pairOf(tool)
  const { taskId } = await start(one)
  for (const grant of [
    grantOfCaller({ subject: 'bob' }),
    grantOfCaller({ tenantId: 'globex' }),
    { ...grantOfCaller({ tenantId: 'globex' }), principal: grantOfCaller().principal },
  ]) {
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      for (const line of [one, two]) {
        const answer = await post(line, method, { taskId, inputResponses: {} }, { grant })
        const unknown = await post(line, method, { taskId: 'nothing', inputResponses: {} }, { grant })
        expect(answer).toEqual(unknown)
        expect([answer.status, answer.json.error.code]).toEqual([200, -32602])
      }
    }
  }
  expect([(await get(one, taskId)).status, tool.calls[0]?.signal.aborted]).toEqual(['working', false])
})

test.for([undefined, null, 7, '', {}, '__proto__', '../x', 'x'.repeat(5000)])(
  'the task id %j is unknown',
  async (taskId) => {
    const line = mcpLine({ offer: sampleOffer })
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      expect((await post(line, method, { taskId, inputResponses: {} })).json.error.code).toBe(-32602)
    }
  },
)

test.for(['one', 'two'] as const)(
  'a running task is cancelled through replica %s, and stays cancelled',
  async (at) => {
    const tool = heldTool()
    const pair = pairOf(tool)
    const { taskId } = await start(pair.one)
    expect((await post(pair[at], 'tasks/cancel', { taskId })).json.result.resultType).toBe('complete')
    await vi.waitFor(() => expect(tool.calls[0]?.signal.aborted).toBe(true))
    await new Promise(setImmediate)
    expect(await get(pair.two, taskId)).toMatchObject({ status: 'cancelled' })
    expect(await get(pair.two, taskId)).not.toHaveProperty('result')
  },
)

test.for(['tasks/list', 'tasks/result', 'tasks/', 'tasks/__proto__'])('%s is unknown', async (method) => {
  const answer = await post(mcpLine({ offer: sampleOffer }), method, { taskId: 'x' })
  expect([answer.status, answer.json.error.code]).toEqual([404, -32601])
})
