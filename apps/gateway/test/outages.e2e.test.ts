import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { freePort, startRedis } from '@gateway/backends'
import { describe, expect, test, vi } from 'vitest'

import { type ServingProcess, serveProcess } from './support/serving-process.ts'
import { send, type WireAnswer } from './support/wire.ts'

const cacheDir = join(import.meta.dirname, '..', '..', '..', '.cache')
const backend = { cacheDir, mayInstall: true, env: process.env }
const whoami = { name: 'aws_whoami', arguments: {} }
const initialize = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 't', version: '1' },
}

const readiness = async ({ url }: ServingProcess) => {
  const { status, body } = await send(url, { path: '/readyz' })
  return [status, JSON.parse(body).status]
}

const untilReadiness = (gateway: ServingProcess, expected: readonly unknown[]) =>
  vi.waitFor(async () => expect(await readiness(gateway)).toEqual(expected), { timeout: 20_000 })

/** X503 of the attack list. */
const expectX503 = ({ status, headers, body }: WireAnswer): void => {
  expect(status).toBe(503)
  expect(headers['retry-after']).toMatch(/^[1-9]\d*$/)
  expect(headers).not.toHaveProperty('www-authenticate')
  expect(headers['cache-control']).toBe('no-store')
  expect(JSON.parse(body)).toMatchObject({
    jsonrpc: '2.0',
    id: null,
    error: { code: -32603, data: { code: 'unavailable' } },
  })
  expect(body).not.toMatch(/redis|ECONN|ioredis|Stream|writable|:\d{4,5}/i)
}

/** A call by ann, who has signed in once more. */
const callAnew = ({ url, acme }: ServingProcess, method: string, params: object): Promise<WireAnswer> =>
  send(url, {
    method: 'POST',
    path: '/mcp',
    headers: [
      ['authorization', `Bearer ${acme.token()}`],
      ['content-type', 'application/json'],
    ],
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })

describe.concurrent('outages', () => {
  test('Redis goes and comes back', async () => {
    const port = await freePort()
    const redis = await startRedis({ ...backend, port })
    await using gateway = await serveProcess({
      REDIS_URL: redis.url,
      STATE_KEY: randomBytes(32).toString('base64'),
    })
    expect(await readiness(gateway)).toEqual([200, 'ready'])
    const opened = await gateway.call('initialize', initialize)
    expect(opened.status).toBe(200)
    expect((await gateway.call('tools/call', whoami)).status).toBe(200)

    await redis.stop()
    // What only reads goes on for a minute.
    expect((await gateway.call('tools/list')).status).toBe(200)
    expect((await gateway.call('tools/call', whoami)).status).toBe(200)
    expect(await readiness(gateway)).toEqual([200, 'degraded'])
    for (const path of ['/livez', '/healthz']) expect((await send(gateway.url, { path })).status).toBe(200)
    const started = performance.now()
    // Nobody can tell whether a token that was not seen yet is revoked.
    expectX503(await callAnew(gateway, 'tools/call', whoami))
    expectX503(await gateway.call('initialize', initialize))
    const headers = [
      ['authorization', `Bearer ${gateway.acme.token()}`],
      ['mcp-session-id', String(opened.headers['mcp-session-id'])],
    ] as const
    expectX503(await send(gateway.url, { method: 'DELETE', path: '/mcp', headers }))
    expect(performance.now() - started).toBeLessThan(5000)
    expect((await send(gateway.url, { method: 'POST', path: '/mcp' })).status).toBe(401)

    await using again = await startRedis({ ...backend, port })
    expect(again.url).toBe(redis.url)
    await untilReadiness(gateway, [200, 'ready'])
    // It has lost what was revoked: tokens of before are good no more, once what was known of them is asked for again, and
    // those of new sign-ins are.
    await vi.waitFor(async () => expect((await gateway.call('tools/call', whoami)).status).toBe(401), 10_000)
    await vi.waitFor(
      async () => expect((await callAnew(gateway, 'tools/call', whoami)).status).toBe(200),
      5_000,
    )

    // Events are written behind their answers.
    await vi.waitFor(async () => {
      const refused = (await gateway.audit()).filter(({ reason_code }) => reason_code === 'unavailable')
      expect(refused.map(({ event, outcome }) => [event, outcome])).toEqual([
        ['http.deny', 'error'],
        ['http.deny', 'error'],
        ['http.deny', 'error'],
      ])
    }, 10_000)
    expect(gateway.output()).not.toMatch(/Bearer|eyJ/)
    gateway.child.kill('SIGTERM')
    expect(await gateway.ended).toBe(0)
  })

  test('AWS cannot be reached: a result that says so, and the gateway stays', async () => {
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${await freePort()}`
    await using gateway = await serveProcess({ AWS_ENDPOINT_URL }, ({ acme }) => {
      acme.operations = { timeout: 5000, retryCount: 0 }
    })
    for (const [name, args] of [
      ['aws_ec2_describe_instances', {}],
      ['aws_s3_list_objects', { bucket: 'some-bucket' }],
    ] as const) {
      const answer = await gateway.call('tools/call', { name, arguments: args })
      expect(answer.status).toBe(200)
      const { result } = JSON.parse(answer.body)
      expect(result).toMatchObject({
        isError: true,
        structuredContent: { error: { code: 'aws_unreachable', decisionId: expect.any(String) } },
      })
      expect(answer.body).not.toMatch(/127\.0\.0\.1|node_modules|\bat \w/)
    }
    expect(await readiness(gateway)).toEqual([200, 'ready'])
    expect((await gateway.call('tools/call', whoami)).status).toBe(200)
    await vi.waitFor(async () => {
      expect(await gateway.audit()).toMatchObject([
        { outcome: 'error', reason_code: 'aws_unreachable' },
        { outcome: 'error', reason_code: 'aws_unreachable' },
        { outcome: 'allow' },
      ])
    }, 10_000)
  })

  test('an audit log that never could be written: what reads goes on, and the gateway says that it is degraded', async () => {
    await using gateway = await serveProcess({ AUDIT_FILE: '/dev/full' })
    for (let n = 0; n < 3; n++) expect((await gateway.call('tools/call', whoami)).status).toBe(200)
    await untilReadiness(gateway, [200, 'degraded'])
    expect((await send(gateway.url, { method: 'POST', path: '/mcp' })).status).toBe(401)
    gateway.child.kill('SIGTERM')
    expect(await gateway.ended).toBe(0)
    expect(gateway.output()).toContain('lines of the audit log were not written')
  })
})
