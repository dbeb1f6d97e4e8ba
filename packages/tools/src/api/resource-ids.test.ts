import { expect, test } from 'vitest'
import { resourceIdsIn } from './resource-ids.ts'

test.for<[Record<string, unknown>, string[]]>([
  [{ InstanceIds: ['i-1', 'i-2'], DryRun: true }, ['i-1', 'i-2']],
  [{ Bucket: 'b', Key: 'a/../ü.txt', Body: 'secret' }, ['b', 'a/../ü.txt']],
  [{ DBInstanceIdentifier: 'db', MasterUserPassword: 'hunter2' }, ['db']],
  [
    { Resources: ['i-0123456789abcdef0'], Tags: [{ Key: 'Name', Value: 'x' }] },
    ['i-0123456789abcdef0', 'Name'],
  ],
  [{ Change: { Target: 'arn:aws:sns:eu-west-1:111111111111:t' } }, ['arn:aws:sns:eu-west-1:111111111111:t']],
  [{ Target: 'sg-0123456789abcdef0', Other: 'plain' }, ['sg-0123456789abcdef0']],
  [{ FunctionName: 'f', Count: 3, Nothing: null, Empty: '' }, ['f']],
  [{ InstanceIds: ['i-1', 'i-1'] }, ['i-1']],
  [{}, []],
])('%j', ([params, ids]) => {
  expect(resourceIdsIn(params)).toEqual(ids)
})

test('all are found, however many and deep, and none is longer than an id can be', () => {
  const InstanceIds = Array.from({ length: 500 }, (_, n) => `i-${n}`)
  expect(resourceIdsIn({ InstanceIds })).toEqual(InstanceIds)
  expect(
    resourceIdsIn({ a: { b: [{ c: { d: [{ e: { f: { g: { h: { RoleName: 'r' } } } } }] } }] } }),
  ).toEqual(['r'])
  expect(resourceIdsIn({ FunctionName: 'x'.repeat(1_025) })).toEqual([])
})
