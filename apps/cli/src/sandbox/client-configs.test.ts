import { expect, test } from 'vitest'
import { cursorConfig, prettyJson, vsCodeConfig } from './client-configs.ts'

const url = 'http://127.0.0.1:3000/mcp'

test.each([cursorConfig(url), cursorConfig(url, 'a.b.c'), vsCodeConfig(url), vsCodeConfig(url, 'a.b.c')])(
  'what is printed is the same JSON (%#)',
  (config) => {
    expect(JSON.parse(prettyJson(config))).toEqual(config)
  },
)

test('Cursor takes the URL alone, or with the header', () => {
  expect(cursorConfig(url)).toEqual({ mcpServers: { 'aws-sandbox': { url } } })
  expect(cursorConfig(url, 'a.b.c')).toEqual({
    mcpServers: { 'aws-sandbox': { url, headers: { Authorization: 'Bearer a.b.c' } } },
  })
})

test('VS Code wants servers with a type', () => {
  expect(vsCodeConfig(url)).toEqual({ servers: { 'aws-sandbox': { type: 'http', url } } })
  expect(vsCodeConfig(url, 'a.b.c').servers['aws-sandbox']).toEqual({
    type: 'http',
    url,
    headers: { Authorization: 'Bearer a.b.c' },
  })
})
