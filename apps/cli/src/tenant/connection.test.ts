import { expect, test } from 'vitest'
import { baseUrlOf, type ConnectionSources, connectionOf } from './connection.ts'

test.each([
  ['https://mcp.example.com', 'https://mcp.example.com/admin/v1'],
  ['https://mcp.example.com/admin/', 'https://mcp.example.com/admin/v1'],
  ['https://mcp.example.com/gw/admin/v1', 'https://mcp.example.com/gw/admin/v1'],
  ['https://mcp.example.com:8443/gw//', 'https://mcp.example.com:8443/gw/admin/v1'],
  ['http://localhost:3000', 'http://localhost:3000/admin/v1'],
  ['http://127.1:3000', 'http://127.0.0.1:3000/admin/v1'],
  ['http://[::1]:3000', 'http://[::1]:3000/admin/v1'],
])('%s', (text, url) => {
  expect(baseUrlOf(text)).toBe(url)
})

test.each([
  ['mcp.example.com', 'https URL'],
  ['ftp://mcp.example.com', 'https URL'],
  ['file:///etc/passwd', 'https URL'],
  ['https://me:secret@mcp.example.com', 'no user'],
  ['https://mcp.example.com/?a=b', 'no user'],
  ['https://mcp.example.com/#a', 'no user'],
  ['http://mcp.example.com', 'could read the token'],
  ['http://10.0.0.1', 'could read the token'],
  ['http://127.0.0.1.example.com', 'could read the token'],
  ['http://localhost.example.com', 'could read the token'],
  ['http://[::2]', 'could read the token'],
])('%s is refused', (text, told) => {
  expect(() => baseUrlOf(text)).toThrow(told)
  expect(() => baseUrlOf(text)).not.toThrow('secret')
})

const sources: ConnectionSources = {
  url: undefined,
  tokenFile: undefined,
  env: {},
  folder: '/nowhere',
  sandboxFolder: undefined,
}

test('the command line goes before the environment, and an empty variable is none', async () => {
  const env = { AWS_MCP_ADMIN_URL: 'https://env.example.com', AWS_MCP_ADMIN_TOKEN: ' a.b ' }
  expect(await connectionOf({ ...sources, env })).toEqual({
    baseUrl: 'https://env.example.com/admin/v1',
    token: 'a.b',
    ofSandbox: false,
  })
  expect(await connectionOf({ ...sources, env, url: 'https://cli.example.com' })).toMatchObject({
    baseUrl: 'https://cli.example.com/admin/v1',
  })
  await expect(connectionOf({ ...sources, env: { ...env, AWS_MCP_ADMIN_TOKEN: '' } })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('--token-file'),
  })
  await expect(connectionOf({ ...sources, env: { AWS_MCP_ADMIN_TOKEN: 'a.b' } })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('--url'),
  })
  await expect(connectionOf({ ...sources, env, tokenFile: 'none' })).rejects.toThrow('ENOENT')
})

test.each([
  'secret\r\nx-more: 1',
  'secret words',
  'sécret',
  '{"access_token":"secret"}',
  '"secret"',
  'x'.repeat(20_000),
])('%j is no token, and is not repeated', async (token) => {
  const env = { AWS_MCP_ADMIN_URL: 'https://env.example.com', AWS_MCP_ADMIN_TOKEN: token }
  const failed = await connectionOf({ ...sources, env }).catch((thrown: unknown) => thrown)
  expect(failed).toMatchObject({ exitCode: 2, message: expect.not.stringMatching(/s.cret|xxx/) })
})
