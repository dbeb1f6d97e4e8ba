import { randomBytes } from 'node:crypto'
import { freePort } from '@gateway/backends'
import { expect, test, vi } from 'vitest'
import { serveProcess } from './support/serving-process.ts'
import { send } from './support/wire.ts'

/** Memory is looked at each half second; this process takes one of ours for as long, once it is told to. */
const fasterOnSignal = [
  'data:text/javascript,const%20every=globalThis.setInterval;const%20looks=[];',
  'globalThis.setInterval=(look,ms,...more)=>{if(ms===500)looks.push(look);return%20every(look,ms,...more)};',
  "process.on('SIGUSR2',()=>{for(let%20n=0;n<600;n++)for(const%20look%20of%20looks)look()})",
].join('')

test('a process without memory refuses at every port and says so, and ends in the end, so that another begins', async () => {
  const [authorizationPort, metricsPort] = [await freePort(), await freePort()]
  const issuer = `http://127.0.0.1:${authorizationPort}`
  const internal = `http://127.0.0.1:${metricsPort}`
  await using gateway = await serveProcess({
    NODE_OPTIONS: `--import=${fasterOnSignal}`,
    // Less than the process needs to be there.
    MAX_RSS_BYTES: '100000000',
    AUTHORIZATION_URL: issuer,
    AUTHORIZATION_PORT: String(authorizationPort),
    STATE_KEY: randomBytes(32).toString('base64'),
    METRICS_PORT: String(metricsPort),
  })
  await vi.waitFor(async () => expect((await gateway.call('ping')).status).toBe(503), 10_000)
  for (const url of [gateway.url, issuer, internal]) {
    expect((await send(url, { path: '/livez' })).status).toBe(200)
    const { status, body } = await send(url, { path: '/readyz' })
    expect([status, body]).toEqual([503, '{"status":"overloaded"}'])
  }
  const refusals = async () => {
    const { body } = await send(internal, { path: '/metrics' })
    expect(body).toMatch(/^mcp_gateway_ready 0$/m)
    return Number(/^mcp_gateway_overload_refusals_total (\d+)$/m.exec(body)?.[1])
  }
  const before = await refusals()
  expect((await send(issuer, { path: '/jwks' })).status).toBe(503)
  expect(await refusals()).toBe(before + 1)
  expect(gateway.child.exitCode).toBeNull()
  gateway.child.kill('SIGUSR2')
  expect(await gateway.ended).toBe(1)
  expect(gateway.output()).toContain('memory has been used up for minutes')
})
