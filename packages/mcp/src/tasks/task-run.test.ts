import { GatewayError } from '@gateway/domain'
import { afterEach, expect, test, vi } from 'vitest'
import { heldTool, said } from '../testing/answers.ts'
import { declaring, mcpLine, modern } from '../testing/mcp-line.ts'
import { sampleOffer } from '../testing/sample-offer.ts'

afterEach(() => {
  vi.useRealTimers()
})

import { able, askingTool, get, pairOf, post, reached, start } from '../testing/task-calls.ts'

test('the last answer, sent to both replicas at once, is worked on once', async () => {
  const { one, two } = pairOf(askingTool)
  const { taskId } = await start(one)
  await reached(one, taskId, 'input_required')
  const inputResponses = { a: {}, b: {} }
  await Promise.all(
    [one, two, one, two].map((line) => post(line, 'tasks/update', { taskId, inputResponses })),
  )
  await reached(one, taskId, 'completed')
  expect(one.calls.length + two.calls.length).toBe(2)
})

test('a task that is over is not cancelled any more, and a cancelled one takes no answers', async () => {
  const line = mcpLine({ offer: sampleOffer, callTool: async () => said('done') })
  const { taskId } = await start(line)
  await reached(line, taskId, 'completed')
  await post(line, 'tasks/cancel', { taskId })
  expect((await get(line, taskId)).status).toBe('completed')

  const asking = mcpLine({ offer: sampleOffer, ...askingTool })
  const second = await start(asking)
  await reached(asking, second.taskId, 'input_required')
  await post(asking, 'tasks/cancel', { taskId: second.taskId })
  await post(asking, 'tasks/update', { taskId: second.taskId, inputResponses: { a: {}, b: {} } })
  expect([(await get(asking, second.taskId)).status, asking.calls.length]).toEqual(['cancelled', 1])
})

test('notifications/cancelled and a closed connection leave a task alone', async () => {
  const tool = heldTool()
  const line = mcpLine({ offer: sampleOffer, ...tool })
  const { body, headers } = modern('tools/call', { name: 'aws_ec2_run_job', _meta: declaring(able) })
  const { sink, answer } = line.stream(body, headers)
  const { taskId } = (await answer).json.result
  sink.breakOff()
  const session = await line.open()
  for (const requestId of [taskId, 1]) {
    await line.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }, session)
  }
  expect(tool.calls[0]?.signal.aborted).toBe(false)
})

test('a task whose replica died has failed, and says that it may have been carried out', async () => {
  const pair = pairOf(heldTool())
  const { taskId } = await start(pair.one)
  pair.killOne()
  const [first, second] = await Promise.all([get(pair.two, taskId), get(pair.two, taskId)])
  expect([first.status, second.status].includes('failed')).toBe(true)
  expect(await get(pair.two, taskId)).toMatchObject({
    status: 'failed',
    error: { code: -32603, message: expect.stringContaining('may have been carried out') },
  })
})

test('a task that waits for answers outlives the replica that asked', async () => {
  const pair = pairOf(askingTool)
  const { taskId } = await start(pair.one)
  await reached(pair.one, taskId, 'input_required')
  pair.killOne()
  await post(pair.two, 'tasks/update', { taskId, inputResponses: { a: {}, b: {} } })
  await reached(pair.two, taskId, 'completed')
})

test.for<[string, () => Promise<never>, object]>([
  [
    'a refusal',
    () => Promise.reject(new GatewayError('unknown_tool', 'Unknown tool.')),
    { code: -32602, message: 'Unknown tool.' },
  ],
  [
    'a fault',
    () => Promise.reject(new Error('secret')),
    { code: -32603, message: 'The gateway failed. Try again.' },
  ],
  [
    'a store that is away',
    () => Promise.reject(new GatewayError('unavailable', 'Not now.')),
    { code: -32603 },
  ],
])('a task that ends in %s has failed', async ([, callTool, error]) => {
  const line = mcpLine({ offer: sampleOffer, callTool })
  const { taskId } = await start(line)
  expect(await reached(line, taskId, 'failed')).toMatchObject({ error })
})

test('a result is kept when the store was away for some seconds', async () => {
  vi.useFakeTimers()
  const tool = heldTool()
  const line = mcpLine({ offer: sampleOffer, ...tool })
  const { taskId } = await start(line)
  const { replace } = line.server.records
  line.server.records.replace = () => Promise.reject(new Error('away'))
  tool.end()
  await vi.advanceTimersByTimeAsync(5_000)
  expect((await get(line, taskId)).status).toBe('working')
  line.server.records.replace = replace
  await vi.advanceTimersByTimeAsync(10_000)
  expect((await get(line, taskId)).status).toBe('completed')
  expect([line.faults.length, vi.getTimerCount()]).toEqual([0, 0])
})

test('a store that stays away loses the task, which is logged and ends nothing else', async () => {
  vi.useFakeTimers()
  const tool = heldTool()
  const line = mcpLine({ offer: sampleOffer, ...tool })
  await start(line)
  line.server.records.replace = () => Promise.reject(new Error('away'))
  tool.end()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([line.faults.length, vi.getTimerCount()]).toEqual([1, 0])
})
