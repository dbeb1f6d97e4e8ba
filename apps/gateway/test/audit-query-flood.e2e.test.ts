import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Caller, callerOf } from './support/caller.ts'
import { type Service, startService } from './support/service.ts'

let service: Service
beforeAll(async () => {
  service = await startService({ redisUrl: inject('redisUrl') })
}, 60_000)
afterAll(() => service[Symbol.asyncDispose]())

/** What becomes of one call. */
const ask = async (caller: Caller, name: string, args: object = {}): Promise<string> => {
  const { status, message } = await caller.ask(0, 'tools/call', { name, arguments: args })
  const { result, error } = await message(() => true)
  return `${status} ${Object(error?.data).code ?? result?.structuredContent?.error?.code ?? 'ok'}`
}

test('F05 one user who reads a thousand events again and again costs another tenant no write', async () => {
  const ann = callerOf(service, service.acme.token({ scope: 'aws:read' }))
  const gus = callerOf(service, service.globex.token({ scope: 'aws:read aws:write' }))
  for (let n = 0; n < 1_000; n += 20)
    await Promise.all(Array.from({ length: 20 }, () => ask(ann, 'aws_whoami')))
  const write = () => ask(gus, 'test_slow_write', { steps: 1, ms: 1 })
  expect(await write()).toBe('200 ok')
  const written: string[] = []
  const writing = async (): Promise<void> => {
    for (let n = 0; n < 40; n++) {
      written.push(await write())
      await sleep(50)
    }
  }
  const reading = async (): Promise<string[]> => {
    await sleep(300)
    return Promise.all(Array.from({ length: 30 }, () => ask(ann, 'aws_audit_query')))
  }
  const [read] = await Promise.all([reading(), writing()])
  expect(written).toEqual(Array(40).fill('200 ok'))
  // Its own are bounded by its leases, and never an outage.
  expect([...new Set(read)].filter((each) => !/^200 (?:ok|rate_limited)$/.test(each))).toEqual([])
  expect(read).toContain('200 ok')
}, 120_000)
