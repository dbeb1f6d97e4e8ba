import { expect, test } from 'vitest'
import { everyTenantOption } from '../tenant/tenant-commands.ts'
import { readStopWords, stopOptions } from './stop-arguments.ts'
import { stopUsage } from './stop-usage.ts'

const read = (line: string) => {
  const [command, ...words] = line.split(' ').filter(Boolean)
  return readStopWords(command === 'resume' ? 'resume' : 'stop', words)
}

const id = 'i'.repeat(43)

test.each([
  ['writes', { kind: 'writes' }],
  ['writes --tenant acme', { kind: 'writes', tenantId: 'acme' }],
  ['tool aws_api_write', { kind: 'tool', tool: 'aws_api_write' }],
  ['tool aws_api_write --tenant=acme', { kind: 'tool', tool: 'aws_api_write', tenantId: 'acme' }],
  ['tenant acme', { kind: 'tenant', tenantId: 'acme' }],
  [`principal ${id} --tenant acme`, { kind: 'principal', tenantId: 'acme', principalId: id }],
  [
    'principal --tenant acme --issuer https://x --subject ann',
    { kind: 'principal', tenantId: 'acme', issuer: 'https://x', subject: 'ann' },
  ],
])('%s is stopped and resumed alike', (words, target) => {
  expect(read(`stop ${words} --reason why`)).toMatchObject({
    asked: { command: 'stop', target, reason: 'why', values: { json: false } },
  })
  expect(read(`resume ${words} --json --url https://y`)).toMatchObject({
    asked: { command: 'resume', target, values: { json: true, url: 'https://y' } },
  })
})

test('what is stopped is listed', () => {
  expect(read('stop list --json')).toMatchObject({ asked: { command: 'list', values: { json: true } } })
})

const wrongTenant = 'needs the id of a tenant, which is 1-32 of a-z, 0-9 and -'
test.each([
  ['stop', 'stop needs what to stop'],
  ['resume', 'resume needs what to resume'],
  ['stop everything', 'stop knows no everything: it is writes, tool, tenant or principal'],
  ['stop toString', 'stop knows no toString: it is writes, tool, tenant or principal'],
  ['resume list', 'resume lists nothing: aws-mcp stop list shows what is stopped'],
  ['stop --reason why writes', 'the options of stop come after what it is about'],
  ['stop writes', 'stop needs --reason, which whoever is stopped is shown'],
  ['stop writes --reason=', '--reason needs some words'],
  ['resume writes --reason why', "Unknown option '--reason'"],
  ['stop list --tenant acme', "Unknown option '--tenant'"],
  ['stop list writes', 'unexpected argument writes'],
  ['stop writes acme --reason why', 'stop writes has an unexpected argument acme'],
  ['stop tool --reason why', 'stop tool needs the name of a tool'],
  ['stop tool a b --reason why', 'stop tool has an unexpected argument b'],
  ['stop tenant --reason why', 'stop tenant needs the id of a tenant'],
  ['stop tenant Acme --reason why', `stop tenant ${wrongTenant}`],
  ['stop tenant acme --tenant acme --reason why', 'stop tenant has no --tenant: name it behind it'],
  ['stop writes --tenant A --reason why', `stop writes ${wrongTenant}`],
  [
    'stop writes --issuer x --reason why',
    'stop writes has no --issuer and --subject: they are of a principal',
  ],
  [`stop principal ${id} --reason why`, 'stop principal needs --tenant: the same person may be of several'],
  [
    'stop principal --tenant acme --reason why',
    'stop principal needs an id (user.id in audit events), or --issuer and --subject',
  ],
  [
    'stop principal --tenant acme --issuer x --reason why',
    'stop principal needs --issuer and --subject together, or the id alone',
  ],
  [
    `stop principal ${id} --tenant acme --issuer x --reason why`,
    `stop principal has an unexpected argument ${id}`,
  ],
  ['stop writes --token secret', "Unknown option '--token'"],
])('%s is refused', (line, fault) => {
  expect(read(line)).toEqual({ command: 'fault', fault, usage: stopUsage })
})

test.each(['stop --help', 'stop writes -h', 'resume tool --help'])('%s helps', (line) => {
  expect(read(line)).toEqual({ command: 'help', usage: stopUsage })
})

test('help tells of every option', () => {
  const { help: _, ...options } = { ...stopOptions, ...everyTenantOption }
  for (const option of Object.keys(options)) expect(stopUsage).toContain(`--${option}`)
})
