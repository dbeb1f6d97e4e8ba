import { expect, test } from 'vitest'
import { isVendorDocument, vendorOf } from './vendors.ts'

test.for([
  ['https://claude.ai/oauth/mcp-oauth-client-metadata', 'Claude'],
  ['https://claude.ai/oauth/claude-code-client-metadata', 'Claude Code'],
  ['https://chatgpt.com/oauth/Ab3-_x/client.json', 'ChatGPT'],
  ['https://chatgpt.com/oauth/codex/client.json', 'Codex'],
  ['https://vscode.dev/oauth/client-metadata.json', 'Visual Studio Code'],
  ['https://github.com/copilot/cli/client-metadata.json', 'GitHub Copilot CLI'],
  ['https://opencode.ai/oauth/opencode/client.json', 'OpenCode'],
] as const)('%s is of %s', ([id, name]) => {
  expect(vendorOf(id)).toBe(name)
})

test.for([
  'https://claude.ai.evil.example/oauth/mcp-oauth-client-metadata',
  'https://evil.example/claude.ai/oauth/mcp-oauth-client-metadata',
  'https://claude.ai/public/artifacts/mcp-oauth-client-metadata',
  'https://claude.ai/oauth/mcp-oauth-client-metadata/',
  'https://claude.ai/oauth/mcp-oauth-client-metadata\n',
  'https://github.com/someone/copilot/cli/client-metadata.json',
  'https://chatgpt.com/oauth/a/b/client.json',
  'https://chatgpt.com/oauth/../client.json',
  'http://vscode.dev/oauth/client-metadata.json',
  'https://VSCODE.dev/oauth/client-metadata.json',
  'Claude',
  'constructor',
  '',
])('C28 C44 %s is of nobody known', (id) => {
  expect(vendorOf(id)).toBeUndefined()
})

test('only documents that are certainly there are those of a vendor', () => {
  expect(isVendorDocument('https://claude.ai/oauth/mcp-oauth-client-metadata')).toBe(true)
  expect(isVendorDocument('https://chatgpt.com/oauth/anything/client.json')).toBe(false)
  expect(isVendorDocument('toString')).toBe(false)
})
