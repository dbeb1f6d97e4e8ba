import { expect, test } from 'vitest'
import { readDoctorWords } from './doctor-arguments.ts'
import { doctorUsage } from './doctor-usage.ts'
import { hostNames } from './hosts.ts'

const url = 'https://mcp.example.com/mcp'
const read = (words: string) => {
  const found = readDoctorWords(words.split(' ').filter(Boolean))
  return 'asked' in found ? found.asked : found
}

test('a URL and options in any order', () => {
  expect(read(url)).toEqual({ url, hosts: hostNames, json: false, online: false })
  expect(read(`--json ${url} --host cursor,codex --host vscode --online --token-file t`)).toEqual({
    url,
    hosts: ['cursor', 'codex', 'vscode'],
    json: true,
    online: true,
    'token-file': 't',
  })
  expect(read('HTTPS://MCP.example.com')).toMatchObject({ url: 'HTTPS://MCP.example.com' })
})

test.each([
  ['', 'doctor needs the MCP URL, such as https://mcp.example.com/mcp'],
  ['mcp.example.com', 'the MCP URL is an https URL, such as https://mcp.example.com/mcp'],
  ['file:///etc/passwd', 'the MCP URL is an https URL, such as https://mcp.example.com/mcp'],
  [`${url}?access_token=x`, 'the MCP URL has no user, password, query or fragment'],
  [`${url}#x`, 'the MCP URL has no user, password, query or fragment'],
  ['https://u:p@mcp.example.com/mcp', 'the MCP URL has no user, password, query or fragment'],
  [`${url} more`, 'unexpected argument more'],
  [`${url} --host emacs`, `there is no host emacs, only ${hostNames.join(', ')}`],
  [`${url} --host toString`, `there is no host toString, only ${hostNames.join(', ')}`],
  [`${url} --token secret`, "Unknown option '--token'"],
])('%j is refused', (words, fault) => {
  expect(read(words)).toEqual({ command: 'fault', fault, usage: doctorUsage })
})

test('its help names every host', () => {
  expect(read('--help')).toEqual({ command: 'help', usage: doctorUsage })
  for (const each of hostNames) expect(doctorUsage).toContain(each)
})
