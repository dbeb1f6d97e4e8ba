import { startCompanySso } from '@gateway/backends'
import { expect, test } from 'vitest'
import { startHarness, tenantAt } from '../testing/harness.ts'
import { networkOf } from './limit-strangers.ts'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2::1', '2001:db8:1:2::'],
  ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::'],
  ['2001:db8:1:3::1', '2001:db8:1:3::'],
  ['fe80::1%eth0', 'fe80::'],
  ['unknown', 'unknown'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test('new clients of one address have a limit, known ones have none, and a forwarded address is not believed', async () => {
  await using harness = await startHarness([])
  const register = (n: number, from: string) =>
    harness.send('/reg', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify({ redirect_uris: [`https://app.example/${n}`] }),
    })
  const statuses: number[] = []
  for (let n = 0; n < 21; n++) statuses.push((await register(n, `198.51.100.${n}`)).status)
  expect(statuses).toEqual([...Array(20).fill(201), 429])
  expect((await register(0, '198.51.100.1')).status).toBe(201)
  const refused = await register(21, '198.51.100.200')
  expect(refused.headers.get('retry-after')).toBe('3600')
  expect(await refused.json()).toMatchObject({ error: 'slow_down' })
})

test('behind a trusted proxy each address has a limit of its own', async () => {
  await using harness = await startHarness([], { trustedProxies: ['127.0.0.1'] })
  const register = (n: number, from: string) =>
    harness.send('/reg', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify({ redirect_uris: [`https://app.example/${n}`] }),
    })
  for (let n = 0; n < 20; n++) await register(n, '198.51.100.1')
  expect((await register(20, '198.51.100.1')).status).toBe(429)
  // What the caller put in front is not the proxy's word.
  expect((await register(20, '198.51.100.9, 198.51.100.1')).status).toBe(429)
  expect((await register(20, '198.51.100.2')).status).toBe(201)
  expect(harness.audit.at(-1)?.source).toEqual({ ip: '198.51.100.2' })
})

test('who tries names of companies is stopped', async () => {
  await using one = await startCompanySso()
  await using other = await startCompanySso()
  await using harness = await startHarness([tenantAt('acme', one), tenantAt('globex', other)])
  const { client_id: clientId } = await harness.register()
  const browser = harness.browser()
  const consent = await browser.open(harness.authUrl({ clientId }))
  let page = await browser.submit(consent, { answer: 'continue' })
  for (let n = 0; n < 60; n++) page = await browser.submit(page, { company: `nobody-${n}` })
  expect(page.status).toBe(400)
  expect((await browser.submit(page, { company: 'nobody' })).status).toBe(429)
})

test('a process with too much to do takes no sign-in on, and says that it lives', async () => {
  let reason: string | undefined
  await using harness = await startHarness([], { tooMuch: () => reason })
  const metadata = () => harness.send('/.well-known/oauth-authorization-server')
  expect((await metadata()).status).toBe(200)
  reason = 'event loop'
  const refused = await metadata()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
  expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' })
  expect(harness.audit.at(-1)).toMatchObject({ event: 'oauth.deny', outcome: 'error', detail: 'event loop' })
  const told = harness.logs.filter((line) => line.includes('"code":"unavailable"'))
  expect(told.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 30, status: 503, msg: 'request refused' }),
  ])
  expect(told.join()).not.toMatch(/stack|"err"/)
  for (const path of ['/livez', '/healthz', '/readyz']) expect((await harness.send(path)).status).toBe(200)
  reason = undefined
  expect((await metadata()).status).toBe(200)
})
