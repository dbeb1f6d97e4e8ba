import { expect, test } from 'vitest'
import { cursorCodec } from './cursor.ts'
import { operationClaim, operationHandles } from './operation-handle.ts'

const owner = {
  tenantId: 'acme',
  principalId: 'ann',
  account: '111111111111',
  alias: 'prod',
  region: 'eu-west-1',
}
const handlesOf = (changes: Partial<typeof owner> = {}, now = 0) =>
  operationHandles(
    cursorCodec([Buffer.alloc(32, 'k')], () => now),
    { ...owner, ...changes },
  )
const stack = { kind: 'stack', facts: { stackId: 'arn:aws:cloudformation:eu-west-1:1:stack/ü/1' } }

test('an id is one segment of a URI, and gives back what it was made of', () => {
  const id = handlesOf().seal(stack)
  expect(id).toMatch(/^[\w-]+\.[\w-]+$/)
  expect(handlesOf().open(id)).toEqual(stack)
})

test('an id says where it is and what', () => {
  expect(operationClaim(handlesOf().seal(stack))).toEqual({
    kind: 'stack',
    account: 'prod',
    region: 'eu-west-1',
  })
})

test.for(['', '.', 'x', 'bm90aGluZw.x', `${Buffer.from('[1,"{}"]').toString('base64url')}.x`])(
  'what is none says nothing: %s',
  (id) => {
    expect(operationClaim(id)).toBeUndefined()
    expect(() => handlesOf().open(id)).toThrow(expect.objectContaining({ code: 'unknown_operation_id' }))
  },
)

test.for<[string, Partial<typeof owner>]>([
  ['tenant', { tenantId: 'globex' }],
  ['user', { principalId: 'bob' }],
  ['account', { account: '222222222222' }],
  ['region', { region: 'us-east-1' }],
])('an id of another %s is unknown', ([, other]) => {
  const id = handlesOf(other).seal(stack)
  expect(() => handlesOf().open(id)).toThrow(expect.objectContaining({ code: 'unknown_operation_id' }))
})

test('an id lives for a week', () => {
  const id = handlesOf().seal(stack)
  const week = 7 * 24 * 3_600_000
  expect(handlesOf({}, week).open(id)).toEqual(stack)
  expect(() => handlesOf({}, week + 1).open(id)).toThrow(
    expect.objectContaining({ code: 'unknown_operation_id' }),
  )
})
