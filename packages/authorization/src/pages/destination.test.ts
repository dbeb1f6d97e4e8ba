import { expect, test } from 'vitest'
import { destinationOf, formSourceOf, hostOfClientId } from './destination.ts'

test.each([
  ['https://claude.ai/api/mcp/auth_callback', { kind: 'host', host: 'claude.ai' }, 'https://claude.ai'],
  ['https://app.example:8443/cb', { kind: 'host', host: 'app.example:8443' }, 'https://app.example:8443'],
  ['https://claude.ai@evil.example/cb', { kind: 'host', host: 'evil.example' }, 'https://evil.example'],
  ['https://CLAUDE.ai/cb', { kind: 'host', host: 'claude.ai' }, 'https://claude.ai'],
  ['https://сlaude.ai/cb', { kind: 'host', host: 'xn--laude-0ye.ai' }, 'https://xn--laude-0ye.ai'],
  ['http://localhost:3118/cb', { kind: 'loopback', host: 'localhost:3118' }, 'http://localhost:3118'],
  ['http://127.0.0.1/cb', { kind: 'loopback', host: '127.0.0.1' }, 'http://127.0.0.1'],
  ['http://[::1]:9/cb', { kind: 'loopback', host: '[::1]:9' }, 'http://*:9'],
  ['http://[::1]/cb', { kind: 'loopback', host: '[::1]' }, 'http://*'],
  ['https://localhost/cb', { kind: 'loopback', host: 'localhost' }, 'https://localhost'],
  ['cursor://anysphere.cursor-retrieval/cb', { kind: 'app', scheme: 'cursor://' }, 'cursor:'],
  ['com.example.app:/cb', { kind: 'app', scheme: 'com.example.app:' }, 'com.example.app:'],
])('%s', (uri, destination, source) => {
  expect(destinationOf(uri)).toEqual(destination)
  expect(formSourceOf(uri)).toBe(source)
})

test.each([
  'http://app.example/cb',
  'http://localhost.evil.example/cb',
  'http://127.0.0.1.evil.example/cb',
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'blob:https://app.example/1',
  'file:///etc/passwd',
  'vbscript:x',
  'about:blank',
  'ftp://app.example/',
  'mailto:a@app.example',
  '/callback',
  '//app.example/cb',
  'https://',
  'https://a;b.example/',
  'https://a,b.example/',
  "https://'self'/",
  'http://[::2]/',
  '',
])('nobody is sent to %j', (uri) => {
  expect(() => destinationOf(uri)).toThrow(expect.objectContaining({ code: 'bad_request' }))
  expect(() => formSourceOf(uri)).toThrow(expect.objectContaining({ code: 'bad_request' }))
})

test.each([
  ['https://claude.ai/oauth/client.json', 'claude.ai'],
  ['https://claude.ai@evil.example/c.json', 'evil.example'],
  ['http://claude.ai/c.json', undefined],
  ['claude.ai', undefined],
  ['self-registered-1', undefined],
])('the client id %s is of %s', (clientId, host) => {
  expect(hostOfClientId(clientId)).toBe(host)
})
