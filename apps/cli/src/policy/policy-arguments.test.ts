import { expect, test } from 'vitest'
import { readPolicyWords } from './policy-arguments.ts'

const read = (words: string) => readPolicyWords(words.split(' '))

test('an operation with params, and who calls', () => {
  const words = ['explain', '--tenant', 'acme', '--service', 'ec2', '--operation', 'RunInstances']
  const more = ['--params', '{"MaxCount": 1}', '--groups', 'a,b', '--account', 'prod', '--simulate', '--json']
  expect(readPolicyWords([...words, ...more])).toEqual({
    asked: {
      tenant: 'acme',
      caller: { subject: 'somebody', groups: ['a', 'b'] },
      question: expect.objectContaining({
        service: 'ec2',
        operation: 'RunInstances',
        params: { MaxCount: 1 },
        account: 'prod',
        simulate: true,
      }),
      account: 'prod',
      json: true,
    },
  })
})

test('an action on a resource, by scopes', () => {
  expect(
    read('explain --tenant acme --action s3:GetObject --resource arn:aws:s3:::b/k --scopes aws:read'),
  ).toMatchObject({
    asked: { caller: { scopes: ['aws:read'] }, question: { action: 's3:GetObject' } },
  })
})

test.for([
  ['', 'unknown command policy '],
  ['--json', 'the options of policy come after its command'],
  ['simulate', 'unknown command policy simulate'],
  ['explain --service ec2 --operation X --groups a', 'explain needs --tenant'],
  ['explain --tenant acme --service ec2 --groups a', 'explain needs --service and --operation, or --action'],
  ['explain --tenant acme --action s3:GetObject', 'say who calls: --groups or --scopes'],
  ['explain --tenant acme --action s3:GetObject --scopes root', 'there is no scope root'],
  [
    'explain --tenant acme --action s3:GetObject --scopes aws:read --params [1]',
    '--params must be a JSON object',
  ],
  [
    'explain --tenant acme --action s3:GetObject --scopes aws:read --params {',
    '--params must be a JSON object',
  ],
  ['explain --tenant acme --action s3:GetObject --scopes aws:read more', 'unexpected argument more'],
] as const)('%s: %s', ([words, fault]) => {
  expect(read(words)).toMatchObject({ command: 'fault', fault })
})

test('help', () => {
  for (const words of ['--help', '-h', 'explain --help'])
    expect(read(words)).toMatchObject({ command: 'help' })
  expect(readPolicyWords([])).toMatchObject({ command: 'fault', fault: 'policy needs a command' })
})
