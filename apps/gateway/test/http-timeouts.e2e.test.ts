import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { goodRequest, type SmugglingTarget } from './support/malformed.ts'
import { settledAudit } from './support/post.ts'
import { exchange } from './support/raw.ts'

let gateway: TestGateway
let target: SmugglingTarget

beforeAll(async () => {
  const timeouts = {
    headersTimeout: 800,
    requestTimeout: 1000,
    keepAliveTimeout: 200,
    connectionsCheckingInterval: 50,
  }
  gateway = await startGateway({ dependencies: () => ({ timeouts }) })
  target = { host: new URL(gateway.url).host, token: gateway.acme.token() }
})
afterAll(() => gateway[Symbol.asyncDispose]())

const drip = { pauseMs: 40, patienceMs: 20_000 }

/** The headers, and the first byte of the body. */
const started = () => {
  const text = goodRequest(target)
  return text.slice(0, text.indexOf('\r\n\r\n') + 5)
}

describe.concurrent('D04', () => {
  test.for([
    ['slow headers', () => [...goodRequest(target).slice(0, 200)]],
    ['headers that stop', () => [goodRequest(target).slice(0, 60)]],
    ['one letter', () => ['P']],
    ['a slow body', () => [started(), ...Array(100).fill(' ')]],
    ['a body that never comes', () => [started()]],
    ['slow chunks', () => [goodRequest(target, te, '1\r\n{'), ...Array(100).fill('\r\n1\r\n ')]],
    ['a slow chunk extension', () => [goodRequest(target, te, '1;'), ...Array(100).fill('a')]],
  ] as const)('%s: 408, closed in time, one audit event', async ([, parts]) => {
    const { answers, closed, ms } = await exchange(gateway.url, parts(), drip)
    expect(closed).toBe(true)
    // 1 s, and time for a machine that is busy.
    expect(ms).toBeLessThan(10_000)
    expect(answers).toMatchObject([{ status: 408, headers: { connection: 'close' } }])
    const [answer] = answers
    expect(JSON.parse(answer?.body ?? '')).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: {
        code: -32000,
        message: 'The request did not arrive in time.',
        data: { code: 'request_timeout', requestId: answer?.headers['x-request-id'] },
      },
    })
    if (answer) {
      expect(await gateway.auditOf(answer)).toMatchObject([
        { outcome: 'deny', reason_code: 'request_timeout', http: { status: 408 } },
      ])
    }
  })

  test('idle connections are closed without a word, before and after a request', async () => {
    expect(await exchange(gateway.url, '', drip)).toMatchObject({ answers: [], closed: true })
    const used = await exchange(gateway.url, goodRequest(target), drip)
    expect(used).toMatchObject({ answers: [{ status: 200 }], closed: true })
  })

  test('others are served meanwhile', async () => {
    expect((await gateway.call(target.token, 'ping')).status).toBe(200)
  })
})

test('F16 nothing else was audited or failed', async () => {
  const events = await settledAudit(gateway, 8)
  expect(events.filter(({ outcome }) => outcome === 'deny')).toHaveLength(7)
  expect(events.filter(({ outcome }) => outcome === 'error')).toHaveLength(0)
  expect(gateway.logs.filter((line) => JSON.parse(line).level === 'error')).toEqual([])
})

const te = 'Transfer-Encoding: chunked\r\n'
