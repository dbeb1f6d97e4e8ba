import { randomBytes, randomInt } from 'node:crypto'
import { expect, inject, test } from 'vitest'
import { seedAccount } from './support/seed.ts'
import { serveProcess } from './support/serving-process.ts'
import { send, type WireAnswer } from './support/wire.ts'

const codeOf = ({ status, body }: WireAnswer): string => {
  const { result, error } = JSON.parse(body)
  const refused = error?.data ?? result.structuredContent.error
  return refused ? `${status} ${refused.code}` : `${status}`
}

test('nobody reads standard output, where log and audit go: reading goes on, nothing is changed, and it ends when told to', async () => {
  const accountId = `4${randomInt(1e10, 1e11)}`
  const awsUrl = inject('awsUrl')
  const { instanceId } = await seedAccount(awsUrl, accountId, randomBytes(4).toString('hex'))
  await using gateway = await serveProcess(
    { AWS_ENDPOINT_URL: awsUrl, AUDIT_STDOUT: '1' },
    ({ acme }) => {
      const [first] = JSON.parse(JSON.stringify(acme.accounts).replaceAll(/\b1{12}\b/g, accountId))
      acme.accounts = [{ ...first, alias: 'main' }]
      const unfelt = { perMinute: 1_000_000, burst: 100_000 }
      acme.limits = { tenant: unfelt, user: unfelt }
      acme.operations = { maxConcurrency: 200, maxConcurrencyPerUser: 200 }
    },
    false,
  )
  const token = gateway.acme.token({ scope: 'aws:read aws:write' })
  const call = (name: string, args: object): Promise<WireAnswer> =>
    send(gateway.url, {
      method: 'POST',
      path: '/mcp',
      headers: [
        ['authorization', `Bearer ${token}`],
        ['content-type', 'application/json'],
      ],
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name, arguments: args },
      }),
    })
  const status = async (path: string) => {
    const answer = await send(gateway.url, { path })
    return `${answer.status} ${JSON.parse(answer.body).status}`
  }
  const readMany = async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => call('aws_whoami', {})))
    return new Set(answers.map(codeOf))
  }
  // More than a pipe has room for.
  let reads = 0
  while ((await status('/readyz')) === '200 ready' && reads++ < 40)
    expect(await readMany()).toEqual(new Set(['200']))
  expect(await status('/readyz')).toBe('200 degraded')
  expect(await status('/livez')).toBe('200 ok')
  const before = performance.now()
  expect(await readMany()).toEqual(new Set(['200']))
  expect(performance.now() - before).toBeLessThan(4_000)
  const change = { instanceId, action: 'stop' }
  expect(codeOf(await call('aws_ec2_control_instance', change))).toMatch(/unavailable$/)
  const told = performance.now()
  gateway.child.kill('SIGTERM')
  expect(await gateway.ended).toBe(0)
  expect(performance.now() - told).toBeLessThan(12_000)
}, 90_000)
