import { expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'
import { usage } from './usage.ts'

test.each([
  [[], { command: 'stdio' }],
  [['stdio'], { command: 'stdio' }],
  [['--profile', 'work', '--region=eu-west-1'], { command: 'stdio', profile: 'work', region: 'eu-west-1' }],
  [['stdio', '--config', 'a.json', '--audit', 'b'], { command: 'stdio', config: 'a.json', audit: 'b' }],
  [['sandbox'], { command: 'sandbox', json: false }],
  [['sandbox', '--json'], { command: 'sandbox', json: true }],
  [['--json', 'sandbox', '--profile', 'work'], { command: 'sandbox', json: true, profile: 'work' }],
  [['sandbox', '--profile=work'], { command: 'sandbox', json: false, profile: 'work' }],
  [['sandbox-services'], { command: 'sandbox-services' }],
  [
    ['doctor', 'https://x/mcp', '--host=codex'],
    { command: 'doctor', asked: { url: 'https://x/mcp', hosts: ['codex'], json: false, online: false } },
  ],
  [['--help'], { command: 'help', usage }],
  [['sandbox', '-h'], { command: 'help', usage }],
  [['--version'], { command: 'version' }],
])('%j', (words, expected) => {
  expect(parseArguments(words)).toEqual(expected)
})

test.each([
  [['serve'], 'unknown command serve'],
  [['toString'], 'unknown command toString'],
  [['sandbox', 'acme'], 'unexpected argument acme'],
  [['sandbox', '--port', '3100'], "Unknown option '--port'"],
  [['sandbox', '--profile'], "Option '--profile <value>' argument missing"],
  [['--profile', 'a', '--profile', 'b'], '--profile is there twice'],
  [['--json', 'tenant', 'list'], 'the options of tenant come after its command'],
  [['--json', 'keys', 'list'], 'the options of keys come after its command'],
  [['--json', 'stop', 'list'], 'the options of stop come after what it is about'],
  [['--json', 'resume', 'writes'], 'the options of resume come after what it is about'],
  [['--json', 'audit', 'tail'], 'the options of audit come after its command'],
  [['--json', 'doctor', 'https://x/mcp'], 'the options of doctor come after its name'],
  [['sandbox', '--profile', ''], '--profile needs a name'],
  [['sandbox', '--profile', '--json'], "Option '--profile' argument is ambiguous"],
  [['sandbox', '--json=yes'], "Option '--json' does not take an argument"],
  [['sandbox', '--region', 'eu-west-1'], 'sandbox knows no option --region'],
  [['sandbox-services', '--json'], 'sandbox-services knows no option --json'],
  [['--json'], 'stdio knows no option --json'],
  [['--audit', ' '], '--audit needs a file'],
])('%j is refused', (words, fault) => {
  expect(parseArguments(words)).toEqual({ command: 'fault', fault, usage })
})
