import { execFileSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { expect, inject, test, vi } from 'vitest'
import { recordsIn } from './support/audit-events.ts'
import { seedAccount } from './support/seed.ts'
import { serveProcess } from './support/serving-process.ts'
import { send, type WireAnswer } from './support/wire.ts'

/** Files of the process end at so many bytes, as if their disk were full: a part of a write, then an error. */
const endFilesAt = (pid: number | undefined, bytes: number | 'unlimited') =>
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`])

const codeOf = ({ status, body }: WireAnswer): string => {
  const { result, error } = JSON.parse(body)
  const refused = error?.data ?? result.structuredContent.error
  return refused ? `${status} ${refused.code}` : `${status}`
}

test('a full disk: reading goes on, nothing is changed, and no record of what was answered is missing', async () => {
  const accountId = `4${randomInt(1e10, 1e11)}`
  const awsUrl = inject('awsUrl')
  const { instanceId } = await seedAccount(awsUrl, accountId, randomBytes(4).toString('hex'))
  await using gateway = await serveProcess({ AWS_ENDPOINT_URL: awsUrl }, ({ acme }) => {
    const [first] = JSON.parse(JSON.stringify(acme.accounts).replaceAll(/\b1{12}\b/g, accountId))
    acme.accounts = [{ ...first, alias: 'main' }]
    const unfelt = { perMinute: 1_000_000, burst: 100_000 }
    acme.limits = { tenant: unfelt, user: unfelt, aws: { ec2: unfelt } }
  })
  const token = gateway.acme.token({ scope: 'aws:read aws:write' })
  const answered: string[] = []
  const call = async (name: string, args: object): Promise<WireAnswer> => {
    const answer = await send(gateway.url, {
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
    answered.push(String(answer.headers['x-request-id']))
    return answer
  }
  const change = () => call('aws_ec2_control_instance', { instanceId, action: 'stop' })
  const readMany = (count: number) =>
    Promise.all(Array.from({ length: count }, async () => codeOf(await call('aws_whoami', {}))))
  const ready = async () => {
    const { status } = await send(gateway.url, { path: '/readyz' })
    return status
  }

  expect(new Set(await readMany(20))).toEqual(new Set(['200']))
  const { size } = await stat(gateway.auditFile)
  endFilesAt(gateway.child.pid, size + 1_500)
  expect(new Set(await readMany(100))).toEqual(new Set(['200']))
  expect((await stat(gateway.auditFile)).size).toBe(size + 1_500)
  expect(codeOf(await change())).toMatch(/unavailable$/)
  expect(await ready()).toBe(200)
  const described = await call('aws_ec2_describe_instances', {})
  expect(codeOf(described)).toBe('200')
  expect(JSON.parse(described.body).result.structuredContent.data).toMatchObject({
    instances: [{ state: 'running' }],
  })

  endFilesAt(gateway.child.pid, 'unlimited')
  const accepted = await vi.waitFor(async () => {
    const answer = await change()
    expect(codeOf(answer)).toBe('200')
    return String(answer.headers['x-request-id'])
  }, 10_000)

  const records = await recordsIn(gateway.auditFile)
  const missing = answered.filter((id) => !records.some(({ request_id }) => request_id === id))
  expect(missing).toEqual([])
  expect(new Set(records.map(({ hash }) => hash)).size).toBe(records.length)
  const chain = records.filter(({ tenant_id }) => tenant_id === 'acme')
  chain.forEach(({ seq, prev_hash }, i) => {
    expect([seq, prev_hash]).toEqual([i + 1, chain[i - 1]?.hash ?? '0'.repeat(64)])
  })
  // What began is on record before it, and nothing else began.
  const began = records.filter(({ event }) => event === 'tool.begin')
  expect(began.map(({ request_id }) => request_id)).toEqual([accepted])
  expect(gateway.output()).toContain('the audit log cannot be written')
})
