import { GatewayError } from '@gateway/domain'
import { afterEach, expect, test, vi } from 'vitest'
import { heldTool, said } from '../testing/answers.ts'
import { grantOfCaller } from '../testing/grants.ts'
import { mcpLine } from '../testing/mcp-line.ts'
import { sampleOffer } from '../testing/sample-offer.ts'
import { askingTool, get, pairOf, post, reached, start } from '../testing/task-calls.ts'
import { wholeLine } from '../testing/whole-line.ts'

afterEach(() => {
  vi.useRealTimers()
})

const run = { name: 'aws_ec2_run_job' }

test('a user has a hundred tasks at most over all replicas, and leaves the others of its tenant theirs', async () => {
  const tool = heldTool()
  const { one, two } = pairOf(tool)
  for (let n = 0; n < 100; n++) expect((await start(n % 2 ? one : two)).resultType).toBe('task')
  for (const line of [one, two]) {
    const calls = line.calls.length
    expect((await post(line, 'tools/call', run)).json.error.code).toBe(-32000)
    expect(line.calls).toHaveLength(calls)
  }
  expect(
    (await post(one, 'tools/call', run, { grant: grantOfCaller({ subject: 'bob' }) })).json,
  ).toMatchObject({ result: { resultType: 'task' } })
})

test('a call that is refused is answered at once, in the words of a call, and leaves no task', async () => {
  const denied = vi.fn(async () => ({ allowed: false, scope: 'user', retryAfterSeconds: 3 }) as const)
  for (const [options, code] of [
    [{ limiter: { take: denied } }, 'rate_limited'],
    [{}, 'invalid_arguments'],
  ] as const) {
    const line = mcpLine(wholeLine(sampleOffer, options))
    const create = vi.spyOn(line.server.records, 'create')
    const answer = await post(line, 'tools/call', { ...run, arguments: { nothing: true } })
    expect(answer.json.result).toMatchObject({
      resultType: 'complete',
      isError: true,
      structuredContent: { error: { code } },
    })
    expect(create).not.toHaveBeenCalled()
  }
  expect(denied).toHaveBeenCalledTimes(1)
})

test('where no more tasks can be kept, or none at all, the call is refused and not carried out', async () => {
  const line = mcpLine(wholeLine(sampleOffer))
  line.server.records.create = async () => 'full'
  const { json } = await post(line, 'tools/call', run)
  expect(json.result).toMatchObject({ isError: true, structuredContent: { error: { code: 'rate_limited' } } })
  line.server.records.create = () => Promise.reject(new GatewayError('unavailable', 'Not now.'))
  await expect(post(line, 'tools/call', run)).rejects.toMatchObject({ code: 'unavailable' })
})

test('what a client sends to be kept with a task has a bound', async () => {
  const line = mcpLine({ offer: sampleOffer, ...askingTool })
  const large = 'x'.repeat(65_536)
  const refused = await post(line, 'tools/call', { ...run, arguments: { large } })
  expect([refused.json.error.code, line.calls.length]).toEqual([-32602, 0])

  const { taskId } = await start(line)
  await reached(line, taskId, 'input_required')
  const update = (inputResponses: object) => post(line, 'tasks/update', { taskId, inputResponses })
  expect((await update({ a: { large } })).json.error.code).toBe(-32602)
  // In parts, each of which is small enough.
  const half = { half: 'x'.repeat(40_000) }
  expect((await update({ a: half })).json.error).toBeUndefined()
  expect((await update({ b: half })).json.error.code).toBe(-32602)
  await update({ b: {} })
  await reached(line, taskId, 'completed')
})

test('a task that is over is kept for half an hour from then', async () => {
  vi.useFakeTimers()
  const tool = heldTool()
  const line = mcpLine({ offer: sampleOffer, callTool: tool.callTool })
  const { taskId, ttlMs } = await start(line)
  expect(ttlMs).toBe(7_200_000)
  await vi.advanceTimersByTimeAsync(600_000)
  tool.end()
  await vi.advanceTimersByTimeAsync(1_790_000)
  expect(await get(line, taskId)).toMatchObject({ status: 'completed', ttlMs: 2_400_000 })
  await vi.advanceTimersByTimeAsync(80_000)
  expect((await post(line, 'tasks/get', { taskId })).json.error.code).toBe(-32602)
})

test('a task of a call that is over at once is told of as one', async () => {
  const line = mcpLine({ offer: sampleOffer, callTool: async () => said('done') })
  expect(await start(line)).toMatchObject({ resultType: 'task', status: 'working' })
})
