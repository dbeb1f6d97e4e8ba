import { expect, test } from 'vitest'
import { cursorConfig, prettyJson, vsCodeAskingConfig, vsCodeConfig } from './client-configs.ts'

const url = 'http://127.0.0.1:3000/mcp'

test.each([cursorConfig(url, '${env:TOKEN}'), vsCodeConfig(url, 'a.b.c'), vsCodeAskingConfig(url)])(
  'what is printed is the same JSON (%#)',
  (config) => {
    expect(JSON.parse(prettyJson(config))).toEqual(config)
  },
)

test('Cursor takes the URL and the header', () => {
  expect(cursorConfig(url, 'a.b.c')).toEqual({
    mcpServers: { 'aws-sandbox': { url, headers: { Authorization: 'Bearer a.b.c' } } },
  })
})

test('VS Code wants servers with a type, and asks for what the configuration does not hold', () => {
  const { inputs, servers } = vsCodeAskingConfig(url)
  expect(servers['aws-sandbox']).toEqual({
    type: 'http',
    url,
    headers: { Authorization: `Bearer \${input:${inputs[0]?.id}}` },
  })
})
