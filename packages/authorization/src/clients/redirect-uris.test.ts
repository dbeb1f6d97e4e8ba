import { describe, expect, test } from 'vitest'
import { allowsRedirect, redirectUriFault } from './redirect-uris.ts'

const realSets: Record<string, string[]> = {
  'Claude.ai': ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
  'Claude Code': ['http://localhost/callback', 'http://127.0.0.1/callback'],
  'Claude Code by DCR': ['http://localhost:54545/callback'],
  ChatGPT: [
    'https://chatgpt.com/connector/oauth/Ab3-_x',
    'https://chatgpt.com/connector_platform_oauth_redirect',
  ],
  Codex: ['http://127.0.0.1:41233/callback/5f2c91'],
  'VS Code': [
    'https://vscode.dev/redirect',
    'https://insiders.vscode.dev/redirect',
    'http://127.0.0.1/',
    'http://127.0.0.1:33418/',
    'http://localhost/',
    'http://localhost:33418/',
    'http://localhost:33418',
  ],
  Cursor: [
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'https://www.cursor.com/agents/mcp/oauth/callback',
    'http://localhost:8787/callback',
  ],
  'Gemini CLI': ['http://localhost:7777/oauth/callback'],
  'Copilot Studio': ['https://global.consent.azure-apim.net/redirect/aws-2dgateway-5f1f'],
  'VS Code by its own scheme': [
    'vscode://vscode.github-authentication/did-authenticate',
    'vscode-insiders://vscode.mcp/callback',
  ],
  Windsurf: ['windsurf://codeium.windsurf/oauth/callback'],
}

test.for(Object.entries(realSets))('C25 every redirect of %s may be registered', ([, uris]) => {
  expect(uris.map(redirectUriFault)).toEqual(uris.map(() => undefined))
  expect(uris.every((uri) => allowsRedirect(uris, uri))).toBe(true)
})

const hostile: [string, unknown][] = [
  ['http elsewhere', 'http://client.example/cb'],
  ['C05 http on a name that begins with localhost', 'http://localhost.evil.example/cb'],
  ['C05 http on another loopback address', 'http://127.0.0.2/cb'],
  ['http on a name that ends in localhost', 'http://evil.localhost/cb'],
  ['http on localhost with a dot', 'http://localhost./cb'],
  ['loopback in short', 'http://127.1/cb'],
  ['loopback as a number', 'http://2130706433/cb'],
  ['loopback in hexadecimal digits', 'http://0x7f000001/cb'],
  ['loopback in full IPv6', 'http://[0:0:0:0:0:0:0:1]/cb'],
  ['loopback mapped', 'http://[::ffff:127.0.0.1]/cb'],
  ['any address', 'http://0.0.0.0/cb'],
  ['loopback on port 0', 'http://localhost:0/cb'],
  ['loopback on port 65536', 'http://localhost:65536/cb'],
  ['https on an IPv4 address', 'https://203.0.113.7/cb'],
  ['https on an IPv6 address', 'https://[2001:db8::1]/cb'],
  ['https on an address as a number', 'https://3405803783/cb'],
  ['https on localhost', 'https://localhost/cb'],
  ['user name', 'https://claude.ai@evil.example/cb'],
  ['empty user name', 'https://@evil.example/cb'],
  ['user name on loopback', 'http://me@localhost/cb'],
  ['wildcard host', 'https://*.example/cb'],
  ['wildcard path', 'https://client.example/*'],
  ['query', 'https://client.example/cb?next=1'],
  ['empty query', 'https://client.example/cb?'],
  ['fragment', 'https://client.example/cb#x'],
  ['empty fragment', 'https://client.example/cb#'],
  ['CR and LF', 'https://client.example/cb\r\nSet-Cookie: a=b'],
  ['LF at the end', 'https://client.example/cb\n'],
  ['tab', 'https://client.ex\tample/cb'],
  ['blank before', ' https://client.example/cb'],
  ['NUL', 'https://client.example/\0'],
  ['letters of others', 'https://clıent.example/cb'],
  ['right to left', 'https://client.example/\u202ebc'],
  ['backslash', 'https://client.example\\@evil.example/cb'],
  ['dot segments', 'https://client.example/a/../cb'],
  ['dot segments in hexadecimal digits', 'https://client.example/a/%2e%2E/cb'],
  ['upper-case host', 'https://CLIENT.example/cb'],
  ['upper-case scheme', 'HTTPS://client.example/cb'],
  ['its default port', 'https://client.example:443/cb'],
  ['one slash', 'https:/client.example/cb'],
  ['three slashes', 'https:///client.example/cb'],
  ['no scheme', '//client.example/cb'],
  ['path only', '/cb'],
  ['script', 'javascript:alert(1)'],
  ['script with slashes', 'javascript://client.example/%0aalert(1)'],
  ['data', 'data:text/html,x'],
  ['file', 'file:///etc/passwd'],
  ['app that nobody knows', 'myapp://callback'],
  ['known app without a host', 'cursor:callback'],
  ['known app with an empty host', 'cursor:///callback'],
  ['known app with a query', 'cursor://anysphere.cursor-mcp/cb?x=1'],
  ['scheme that begins like a known one', 'cursor-evil://anysphere.cursor-mcp/cb'],
  ['513 characters', `https://client.example/${'a'.repeat(490)}`],
  ['a megabyte', `https://client.example/${'a'.repeat(1_000_000)}`],
  ['empty', ''],
  ['number', 7],
  ['null', null],
  ['list', ['https://client.example/cb']],
]

describe('what may not be registered', () => {
  test.for(hostile)('%s', ([, uri]) => {
    const fault = redirectUriFault(uri)
    expect(fault).toMatch(/^[a-z][\w ,.[\]:-]+$/)
    if (typeof uri === 'string') expect(allowsRedirect([uri], uri)).toBe(false)
  })
})

test('512 characters are not too many', () => {
  expect(redirectUriFault(`https://client.example/${'a'.repeat(489)}`)).toBeUndefined()
})

const registered = [
  'http://localhost/callback',
  'http://127.0.0.1:33418/',
  'http://[::1]:1/cb',
  'https://client.example/cb',
  'cursor://anysphere.cursor-mcp/oauth/callback',
]

test.for([
  'http://localhost:51234/callback',
  'http://localhost/callback',
  'http://127.0.0.1:1/',
  'http://127.0.0.1/',
  'http://[::1]:65535/cb',
  'https://client.example/cb',
])('C04 %s is allowed', (asked) => {
  expect(allowsRedirect(registered, asked)).toBe(true)
})

test.for([
  'http://localhost:51234/other',
  'http://localhost:51234/callback/',
  'http://localhost:51234/callback?x=1',
  'http://localhost:51234/callback#x',
  'http://localhost:51234/callback/../callback',
  'http://localhost.evil.example/callback',
  'http://localhost:80@evil.example/callback',
  'http://127.0.0.1:51234/callback',
  'http://127.0.0.2:33418/',
  'http://127.0.0.1:33418',
  'http://LOCALHOST/callback',
  'http://localhost:/callback',
  'http://localhost:99999/callback',
  'http://localhost:-1/callback',
  'https://localhost/callback',
  'https://client.example:8443/cb',
  'https://client.example/cb/',
  'https://client.example/cb?',
  'http://client.example/cb',
  'cursor://anysphere.cursor-mcp:1/oauth/callback',
  '',
])('C05 %s is not', (asked) => {
  expect(allowsRedirect(registered, asked)).toBe(false)
})
