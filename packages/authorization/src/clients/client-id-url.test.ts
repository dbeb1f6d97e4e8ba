import { expect, test } from 'vitest'
import { clientIdUrlFault } from './client-id-url.ts'

test.for([
  'https://claude.ai/oauth/mcp-oauth-client-metadata',
  'https://claude.ai/oauth/claude-code-client-metadata',
  'https://chatgpt.com/oauth/Ab3-_x/client.json',
  'https://chatgpt.com/oauth/codex/client.json',
  'https://vscode.dev/oauth/client-metadata.json',
  'https://github.com/copilot/cli/client-metadata.json',
  'https://opencode.ai/oauth/opencode/client.json',
  'https://client.example/a',
  'https://client.example/a/',
  'https://client.example/.well-known/client',
  'https://client.example/a..b',
  'https://xn--bcher-kva.example/client',
  `https://client.example/${'a'.repeat(489)}`,
])('%s may be read', (id) => {
  expect(clientIdUrlFault(id)).toBeUndefined()
})

test.for<[string, unknown]>([
  ['http', 'http://client.example/a'],
  ['another scheme', 'ftp://client.example/a'],
  ['no path', 'https://client.example'],
  ['the root as its path', 'https://client.example/'],
  ['a fragment', 'https://client.example/a#b'],
  ['an empty fragment', 'https://client.example/a#'],
  ['a query', 'https://client.example/a?b'],
  ['an empty query', 'https://client.example/a?'],
  ['a query instead of a path', 'https://client.example?/a'],
  ['a user name', 'https://claude.ai@evil.example/a'],
  ['an empty user name', 'https://@client.example/a'],
  ['a user name and password', 'https://a:b@client.example/a'],
  ['a port', 'https://client.example:8443/a'],
  ['its default port', 'https://client.example:443/a'],
  ['an empty port', 'https://client.example:/a'],
  ['dot segments', 'https://client.example/a/../b'],
  ['one dot', 'https://client.example/./b'],
  ['dots at the end', 'https://client.example/a/..'],
  ['dots in hexadecimal digits', 'https://client.example/a/%2e%2e/b'],
  ['dots half in hexadecimal digits', 'https://client.example/a/.%2E/b'],
  ['a hidden slash', 'https://client.example/a%2f..%2fb'],
  ['a hidden backslash', 'https://client.example/a%5Cb'],
  ['a backslash', 'https://client.example\\a'],
  ['an upper-case host', 'https://Client.example/a'],
  ['an upper-case scheme', 'HTTPS://client.example/a'],
  ['one slash', 'https:/client.example/a'],
  ['a third slash', 'https:///client.example/a'],
  ['a blank', 'https://client.example/a b'],
  ['a line', 'https://client.example/a\nb'],
  ['a tab in its host', 'https://client\t.example/a'],
  ['letters of others', 'https://clıent.example/a'],
  ['C32 127.0.0.1', 'https://127.0.0.1/a'],
  ['C32 127.1', 'https://127.1/a'],
  ['C32 0x7f000001', 'https://0x7f000001/a'],
  ['C32 2130706433', 'https://2130706433/a'],
  ['C32 0177.0.0.1', 'https://0177.0.0.1/a'],
  ['C32 an address with a dot behind', 'https://127.0.0.1./a'],
  ['C32 ::1', 'https://[::1]/a'],
  ['C32 ::ffff:127.0.0.1', 'https://[::ffff:127.0.0.1]/a'],
  ['C32 169.254.169.254', 'https://169.254.169.254/a'],
  ['C32 a public address', 'https://93.184.215.14/a'],
  ['C32 localhost', 'https://localhost/a'],
  ['C32 localhost with a dot behind', 'https://localhost./a'],
  ['C32 below localhost', 'https://a.localhost/a'],
  ['C32 a name without a dot', 'https://redis/a'],
  ['C32 metadata.google.internal', 'https://metadata.google.internal/a'],
  ['C32 a name of the local network', 'https://printer.local/a'],
  ['a name of nothing', 'https://client..example/a'],
  ['513 characters', `https://client.example/${'a'.repeat(490)}`],
  ['a number', 7],
  ['null', null],
  ['nothing', ''],
])('C30 %s: is refused', ([, id]) => {
  expect(clientIdUrlFault(id)).toMatch(/^(is|has) [a-zA-Z\d ]+$/)
})

test('a host that is allowed by name may be loopback, have a port and speak http', () => {
  const allow = (host: string) => host === '127.0.0.1'
  expect(clientIdUrlFault('http://127.0.0.1:8080/client.json', allow)).toBeUndefined()
  expect(clientIdUrlFault('http://127.0.0.2:8080/client.json', allow)).toBe('is not an https URL')
  expect(clientIdUrlFault('http://a@127.0.0.1:8080/client.json', allow)).toBe('has a user name')
  expect(clientIdUrlFault('http://127.0.0.1:8080/', allow)).toBe('has no path')
})
