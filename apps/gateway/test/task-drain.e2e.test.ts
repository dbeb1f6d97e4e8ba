import { setTimeout as sleep } from 'node:timers/promises'
import { expect, inject, test } from 'vitest'
import { callerOf } from './support/caller.ts'
import { startService } from './support/service.ts'

test('tasks under way at SIGTERM, for which no connection waits, end by themselves or are ended: none without its record', async () => {
  await using service = await startService({ redisUrl: inject('redisUrl') })
  const ann = callerOf(service, service.acme.token({ scope: 'aws:read aws:write' }))
  const start = async (seconds: number): Promise<string> => {
    const params = { name: 'slow_compute', arguments: { seconds } }
    const { result } = await (await ann.ask(0, 'tools/call', params)).reply
    return result.taskId
  }
  const task = async (taskId: string) => (await (await ann.ask(1, 'tasks/get', { taskId })).reply).result
  const [short, long] = [await start(3), await start(300)]
  await sleep(300)
  const started = performance.now()
  const { child, ended, output } = service.replica(0)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(performance.now() - started).toBeLessThan(27_000)
  const events = (await service.audit()).filter(({ mcp }) => mcp?.tool === 'slow_compute')
  expect(events).toMatchObject([
    { event: 'tool.call', outcome: 'allow' },
    { event: 'tool.call', outcome: 'error', reason_code: 'unavailable' },
  ])
  expect(await task(short)).toMatchObject({ status: 'completed' })
  expect(await task(long)).toMatchObject({ status: 'failed' })
  expect(output()).toContain('calls were ended because the process stops')
}, 90_000)
