import { principalId } from '@gateway/domain'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { adminApi, operatorToken } from '../../test/support/admin-api.ts'
import { runStop } from './run-stop.ts'
import { readStopWords } from './stop-arguments.ts'

let api: Awaited<ReturnType<typeof adminApi>>
beforeEach(async () => {
  api = await adminApi()
})
afterEach(() => api[Symbol.asyncDispose]())

/** Runs `aws-mcp stop` or `aws-mcp resume` with these words. */
const run = async ([command, ...words]: readonly string[], env?: Record<string, string>) => {
  const read = readStopWords(command === 'resume' ? 'resume' : 'stop', words)
  if (!('asked' in read)) throw new Error(read.command === 'fault' ? read.fault : 'help')
  const told = { stdout: '', stderr: '' }
  const code = await runStop({
    asked: read.asked,
    env: env ?? { AWS_MCP_ADMIN_URL: api.url, AWS_MCP_ADMIN_TOKEN: operatorToken },
    folder: '.',
    input: async () => '',
    stdout: (text) => {
      told.stdout += text
    },
    stderr: (text) => {
      told.stderr += text
    },
  })
  return { code, ...told }
}
const last = () => api.requests.at(-1)
const reason = ['--reason', 'Incident 7.']

test('what is stopped is told, listed and resumed', async () => {
  expect((await run(['stop', 'list'])).stdout).toBe('Nothing is stopped.\n')
  expect((await run(['stop', 'writes', '--tenant', 'acme', ...reason])).stdout).toMatchInlineSnapshot(`
    "Stopped: writes@acme. Every replica refuses it within 5 s, until it is resumed.
    What AWS has been asked already is not taken back.
    "
  `)
  expect(last()).toMatchObject({
    method: 'POST',
    url: '/admin/v1/stops',
    body: { kind: 'writes', tenantId: 'acme', reason: 'Incident 7.' },
  })
  await run(['stop', 'tool', 'aws_api_write', ...reason])
  expect((await run(['stop', 'list'])).stdout).toMatchInlineSnapshot(`
    "STOPPED             SINCE                     BY    REASON
    writes@acme         2026-01-01T00:00:00.000Z  olga  Incident 7.
    tool:aws_api_write  2026-01-01T00:00:00.000Z  olga  Incident 7.
    "
  `)
  expect((await run(['resume', 'writes', '--tenant', 'acme'])).stdout).toMatchInlineSnapshot(`
    "Resumed: writes@acme. It goes on, on every replica within 5 s, unless another stop covers it.
    "
  `)
  expect(last()).toMatchObject({ method: 'DELETE', url: '/admin/v1/stops/writes%40acme', body: undefined })
  expect((await run(['stop', 'list'])).stdout).toContain('tool:aws_api_write')
})

test('a person is named by id, or as their identity provider has them, and resumed by either', async () => {
  const id = principalId('https://login.example', 'ann')
  const named = ['principal', '--issuer=https://login.example', '--subject=ann', '--tenant=acme']
  await run(['stop', ...named, ...reason])
  expect(last()?.body).toEqual({
    kind: 'principal',
    tenantId: 'acme',
    issuer: 'https://login.example',
    subject: 'ann',
    reason: 'Incident 7.',
  })
  await run(['stop', 'principal', id, '--tenant=acme', ...reason])
  expect(last()?.body).toMatchObject({ kind: 'principal', tenantId: 'acme', principalId: id })
  for (const words of [named, ['principal', id, '--tenant=acme']]) {
    await run(['resume', ...words])
    expect(last()?.url).toBe(`/admin/v1/stops/principal%3A${id}%40acme`)
  }
})

test('as JSON it is what the gateway answers', async () => {
  const stop = {
    kind: 'tenant',
    tenantId: 'acme',
    id: 'tenant:acme',
    reason: 'Incident 7.',
    by: { issuer: 'https://sso.example/operators', subject: 'olga' },
    since: '2026-01-01T00:00:00.000Z',
  }
  const printed = async (words: string[]) => JSON.parse((await run([...words, '--json'])).stdout)
  expect(await printed(['stop', 'tenant', 'acme', ...reason])).toEqual({ stop, effectiveWithinSeconds: 5 })
  expect(await printed(['stop', 'list'])).toEqual({ stops: [stop] })
  expect(await printed(['resume', 'tenant', 'acme'])).toEqual({
    resumed: 'tenant:acme',
    effectiveWithinSeconds: 5,
  })
})

test('a refusal of the gateway is told with what is wrong', async () => {
  expect(await run(['stop', 'tool', 'aws_api_wirte', ...reason])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'aws-mcp: The request cannot be used: 1 of its values are wrong.\n  tool: there is none of this name. Did you mean aws_api_write?\n',
  })
  expect(await run(['resume', 'writes'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'aws-mcp: There is no such stop.\n',
  })
})

test('what others wrote into a reason moves no cursor', async () => {
  await run(['stop', 'writes', '--reason', 'a\u001b[2Jb\u202ec'])
  expect((await run(['stop', 'list'])).stdout).toContain('abc')
})

test('with no gateway nothing is sent', async () => {
  expect(await run(['stop', 'list'], {})).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Say which gateway'),
  })
  expect(api.requests).toEqual([])
})
