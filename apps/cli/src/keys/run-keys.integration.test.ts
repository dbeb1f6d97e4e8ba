import { afterEach, beforeEach, expect, test } from 'vitest'
import { adminApi, operatorToken } from '../../test/support/admin-api.ts'
import { readKeysWords } from './keys-arguments.ts'
import { runKeys } from './run-keys.ts'

let api: Awaited<ReturnType<typeof adminApi>>
beforeEach(async () => {
  api = await adminApi()
})
afterEach(() => api[Symbol.asyncDispose]())

/** Runs `aws-mcp keys` with these words. */
const keys = async (words: readonly string[], env?: Record<string, string>) => {
  const read = readKeysWords(words)
  if (!('asked' in read)) throw new Error(read.command === 'fault' ? read.fault : 'help')
  const told = { stdout: '', stderr: '' }
  const code = await runKeys({
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

test('keys are listed and rotated, one rotation at a time', async () => {
  expect((await keys(['rotate'])).stdout).toMatchInlineSnapshot(`
    "Key key-2 is published and signs from 2026-01-01T00:01:00.000Z.
    The one before stays published until the last token that it signed has expired. Nobody is signed out.
    "
  `)
  expect(api.requests.at(-1)).toMatchObject({ method: 'POST', url: '/admin/v1/signing-keys/rotate' })
  expect((await keys(['list'])).stdout).toMatchInlineSnapshot(`
    "KEY    STATE    SIGNS FROM
    key-2  pending  2026-01-01T00:01:00.000Z
    key-1  signing  2026-01-01T00:00:00.000Z
    "
  `)
  expect(await keys(['rotate'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'aws-mcp: The signing keys are being rotated already.\n',
  })
})

test('as JSON they are what the gateway answers', async () => {
  const first = { kid: 'key-1', state: 'signing', signsFrom: '2026-01-01T00:00:00.000Z' }
  expect(JSON.parse((await keys(['list', '--json'])).stdout)).toEqual({ keys: [first] })
  expect(JSON.parse((await keys(['rotate', '--json'])).stdout)).toEqual({
    kid: 'key-2',
    signsFrom: '2026-01-01T00:01:00.000Z',
  })
})

test('a gateway without an authorization server says so, and no answer of it moves the cursor', async () => {
  api.answerWith((_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({ error: { code: 'not_found', message: 'There is \u001b[2Jno authorization server.' } }),
    )
  })
  expect(await keys(['list'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'aws-mcp: There is no authorization server.\n',
  })
})

test.each([
  ['no gateway', {}, 'Say which gateway'],
  ['no token', { AWS_MCP_ADMIN_URL: 'https://mcp.example.com' }, 'An access token is needed'],
  ['http', { AWS_MCP_ADMIN_URL: 'http://mcp.example.com', AWS_MCP_ADMIN_TOKEN: 'a' }, 'must be https'],
])('with %s nothing is sent', async (_, env, fault) => {
  expect(await keys(['list'], env)).toMatchObject({ code: 2, stderr: expect.stringContaining(fault) })
  expect(api.requests).toEqual([])
})

test('an answer of another shape is not taken for one', async () => {
  api.answerWith((_, response) => response.end('{"keys":[{"kid":1}]}'))
  expect(await keys(['list'])).toMatchObject({ code: 1, stderr: expect.stringContaining('understands') })
})
