import { expect, test } from 'vitest'
import { readTenantWords } from './tenant-arguments.ts'
import { everyTenantOption, tenantCommands } from './tenant-commands.ts'
import { tenantUsage, usageOf } from './tenant-usage.ts'

const every = { json: false, help: false }
const asked = (words: string) => {
  const read = readTenantWords(words.split(' '))
  return 'asked' in read ? read.asked : read
}

test('a command, its operands and its options in any order', () => {
  expect(asked('list')).toEqual({ command: 'list', tenant: '', account: '', values: every })
  expect(asked('verify --json initech --url https://x main --token-file t')).toEqual({
    command: 'verify',
    tenant: 'initech',
    account: 'main',
    values: { ...every, json: true, url: 'https://x', 'token-file': 't' },
  })
})

test('lists are several values with commas, or again', () => {
  const { values } = asked('create initech --services ec2,s3 --services=sts, --client a') as never as {
    values: object
  }
  expect(values).toMatchObject({ services: ['ec2', 's3', 'sts'], client: ['a'], 'read-only': false })
})

test.each([
  ['', 'unknown command tenant '],
  ['toString', 'unknown command tenant toString'],
  ['--json list', 'the options of tenant come after its command'],
  ['show', 'show needs the id of a tenant'],
  ['verify initech', 'verify needs the alias of an account'],
  ['show initech main', 'unexpected argument main'],
  ['show ../acme', 'the id of a tenant is 1-32 of a-z, 0-9 and -'],
  ['show Initech', 'the id of a tenant is 1-32 of a-z, 0-9 and -'],
  ['verify initech a/b', 'the alias of an account is 1-32 of a-z, 0-9 and -'],
  ['verify initech ..', 'the alias of an account is 1-32 of a-z, 0-9 and -'],
  ['show initech --token secret', "Unknown option '--token'"],
  ['show initech --services ec2', "Unknown option '--services'"],
  ['create initech --services ,', '--services needs IAM prefixes such as ec2'],
  ['create initech --name=', '--name needs a name'],
  ['create initech --name a --name b', '--name is there twice'],
  ['update initech --read-only --no-read-only', '--read-only and --no-read-only exclude each other'],
  ['revoke --user u', 'revoke needs the id of a tenant'],
  ['revoke initech --everybody=yes', "Option '--everybody' does not take an argument"],
  ['revoke initech --user a --user b', '--user is there twice'],
  ['revoke initech --jti a', "Unknown option '--jti'"],
  [
    'update initech --direct-tokens --no-direct-tokens',
    '--direct-tokens and --no-direct-tokens exclude each other',
  ],
  ['update-account initech main --write --no-write', '--write and --no-write exclude each other'],
])('%j is refused', (words, fault) => {
  expect(asked(words)).toMatchObject({ command: 'fault', fault })
})

test('tenant alone, and its help', () => {
  expect(readTenantWords([])).toEqual({
    command: 'fault',
    fault: 'tenant needs a command',
    usage: tenantUsage,
  })
  expect(asked('--help')).toEqual({ command: 'help', usage: tenantUsage })
  expect(asked('create -h')).toEqual({ command: 'help', usage: usageOf('create') })
})

test.each(Object.keys(tenantCommands) as (keyof typeof tenantCommands)[])(
  'help tells of %s and of each of its options',
  (name) => {
    expect(tenantUsage).toContain(`  ${name}`)
    const { help: _, ...options } = { ...tenantCommands[name].options, ...everyTenantOption }
    for (const option of Object.keys(options)) expect(usageOf(name)).toContain(`--${option}`)
    expect(usageOf(name)).toMatch(/^.{0,160}$/m)
  },
)

test('there is no option for a token or a secret itself', () => {
  const names = Object.values(tenantCommands).flatMap(({ options }) => Object.keys(options))
  const all = new Set([...names, ...Object.keys(everyTenantOption)])
  expect([...all].filter((name) => /token|secret/.test(name)).sort()).toEqual([
    'direct-tokens',
    'no-direct-tokens',
    // Name of a variable, never the secret.
    'secret-ref',
    // Of revoke: the id of one, which opens nothing.
    'token',
    'token-file',
    'token-types',
  ])
})
