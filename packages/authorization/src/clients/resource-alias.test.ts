import { expect, test } from 'vitest'
import { canonicalResource } from './resource-alias.ts'

const canonical = 'https://gateway.example/mcp'

test.for<unknown>([
  canonical,
  'https://gateway.example/mcp/',
  'https://gateway.example',
  'https://gateway.example/',
  'HTTPS://gateway.example/mcp',
  'https://GATEWAY.Example',
  'hTTps://Gateway.example/mcp/',
  [canonical],
  [canonical, 'https://gateway.example/'],
  ['https://gateway.example', 'https://gateway.example/mcp/', canonical],
])('C09 C10 %j is the gateway', (asked) => {
  expect(canonicalResource(asked, canonical)).toBe(canonical)
})

test.for<unknown>([
  'https://other.example/mcp',
  'https://gateway.example/MCP',
  'https://gateway.example/mcp/x',
  'https://gateway.example//',
  'https://gateway.example/mcp//',
  'https://gateway.example/mcp?x=1',
  'https://gateway.example/mcp#',
  'https://gateway.example/mcp ',
  ' https://gateway.example/mcp',
  'https://gateway.example:443/mcp',
  'https://gateway.example:8443/mcp',
  'https://a@gateway.example/mcp',
  'https://gateway.example.evil.example/mcp',
  'https://gateway.example/./mcp',
  'http://gateway.example/mcp',
  'gateway.example/mcp',
  'https:/gateway.example/mcp',
  'https:\\\\gateway.example/mcp',
  'https://gateway.example\n/mcp',
  'https://gateway.exampLe\u0131/mcp',
  `https://gateway.example/mcp${'/'.repeat(3_000)}`,
  [canonical, 'https://other.example/mcp'],
  ['https://other.example/mcp', canonical],
  [canonical, 7],
  [[canonical]],
  Array.from({ length: 11 }, () => canonical),
  [],
  '',
  null,
  undefined,
  7,
  { toString: () => canonical },
])('C08 C10 %j is not', (asked) => {
  expect(canonicalResource(asked, canonical)).toBeUndefined()
})

test('an origin with a port keeps it', () => {
  const local = 'http://127.0.0.1:3000/mcp'
  expect(canonicalResource('http://127.0.0.1:3000/', local)).toBe(local)
  expect(canonicalResource('http://127.0.0.1/', local)).toBeUndefined()
})
