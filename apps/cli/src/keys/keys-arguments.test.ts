import { expect, test } from 'vitest'
import { everyTenantOption } from '../tenant/tenant-commands.ts'
import { keysUsage, readKeysWords } from './keys-arguments.ts'

const read = (words: string) => readKeysWords(words.split(' ').filter(Boolean))

test.each([
  ['list', { command: 'list', values: { json: false, help: false } }],
  [
    'rotate --json --url https://x --token-file t',
    { command: 'rotate', values: { json: true, help: false, url: 'https://x', 'token-file': 't' } },
  ],
])('%s', (words, asked) => {
  expect(read(words)).toEqual({ asked })
})

test.each([
  ['', 'keys needs a command'],
  ['delete', 'unknown command keys delete'],
  ['toString', 'unknown command keys toString'],
  ['--json list', 'the options of keys come after its command'],
  ['rotate now', 'unexpected argument now'],
  ['list --tenant acme', "Unknown option '--tenant'"],
  ['list --token secret', "Unknown option '--token'"],
  ['list --url=', '--url needs a URL'],
])('%j is refused', (words, fault) => {
  expect(read(words)).toEqual({ command: 'fault', fault, usage: keysUsage })
})

test.each(['--help', '-h', 'list --help', 'rotate -h'])('%s helps', (words) => {
  expect(read(words)).toEqual({ command: 'help', usage: keysUsage })
})

test('help tells of every option', () => {
  const { help: _, ...options } = everyTenantOption
  for (const option of Object.keys(options)) expect(keysUsage).toContain(`--${option}`)
})
