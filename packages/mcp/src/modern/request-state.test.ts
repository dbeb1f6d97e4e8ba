import { memoryRecordStore } from '@gateway/stores'
import { expect, test } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { createRequestStates, type StateBinding } from './request-state.ts'

const [oldKey, newKey] = [Buffer.alloc(32, 'o'), Buffer.alloc(32, 'n')]
const binding: StateBinding = {
  grant: grantOfCaller(),
  method: 'tools/call',
  params: { name: 'x', arguments: { list: [1, { b: 2, a: 1 }] }, _meta: { progressToken: 1 } },
}

/** Codecs of replicas with one clock and one store, by their keys. */
const replicas = () => {
  let time = 1_000_000
  let made = 0
  const now = () => time
  const records = memoryRecordStore({ now })
  return {
    records,
    wait: (ms: number) => {
      time += ms
    },
    states: (...keys: [Buffer, ...Buffer[]]) =>
      createRequestStates({ keys, records, newId: () => `nonce${++made}`, now }),
  }
}

test.for<[unknown]>([[null], [0], [''], [{ a: [1] }], ['ü☃\u2028"'], [[[]]], [false]])(
  'the state %j comes back as it was',
  async ([state]) => {
    const states = replicas().states(newKey)
    expect(await states.open(states.seal(state, binding), binding)).toEqual({ state })
  },
)

test('members in another order and another _meta are the same request', async () => {
  const states = replicas().states(newKey)
  const params = {
    _meta: {},
    inputResponses: { x: {} },
    requestState: 'x',
    arguments: { list: [1, { a: 1, b: 2 }] },
    name: 'x',
  }
  expect(await states.open(states.seal(1, binding), { ...binding, params })).toEqual({ state: 1 })
})

test.for<[string, Partial<StateBinding>]>([
  ['another method', { method: 'prompts/get' }],
  ['a list in another order', { params: { ...binding.params, arguments: { list: [{ a: 1, b: 2 }, 1] } } }],
  // Sorted pairs would be the digest of both.
  [
    'a list of pairs instead of an object',
    { params: { ...binding.params, arguments: [['list', [1, { a: 1, b: 2 }]]] } },
  ],
  [
    'the same text in another type',
    { params: { ...binding.params, arguments: { list: ['1', { a: 1, b: 2 }] } } },
  ],
  [
    'a member of a prototype',
    { params: { ...binding.params, arguments: JSON.parse('{"list":[1,{"a":1,"b":2}],"__proto__":1}') } },
  ],
  ['another user', { grant: grantOfCaller({ subject: 'bob' }) }],
  ['another tenant', { grant: grantOfCaller({ tenantId: 'globex' }) }],
])('%s is another request', async ([, changes]) => {
  const states = replicas().states(newKey)
  expect(await states.open(states.seal(1, binding), { ...binding, ...changes })).toBeUndefined()
})

test('a state is good for 300 s', async () => {
  const { states, wait } = replicas()
  const [first, second] = [states(newKey).seal(1, binding), states(newKey).seal(2, binding)]
  wait(300_000)
  expect(await states(newKey).open(first, binding)).toEqual({ state: 1 })
  wait(1)
  expect(await states(newKey).open(second, binding)).toBeUndefined()
})

test('a used state stays used for longer than any clock could take it for fresh', async () => {
  const { states, wait, records } = replicas()
  const text = states(newKey).seal(1, binding)
  expect(await states(newKey).open(text, binding)).toEqual({ state: 1 })
  expect(await states(newKey).open(text, binding)).toBeUndefined()
  wait(310_000)
  const late = createRequestStates({ keys: [newKey], records, newId: () => 'x', now: () => 1_000_000 })
  expect(await late.open(text, binding)).toBeUndefined()
})

test('keys are replaced on one replica at a time', async () => {
  const { states } = replicas()
  const [before, between, after] = [states(oldKey), states(newKey, oldKey), states(newKey)]
  expect(await between.open(before.seal(1, binding), binding)).toEqual({ state: 1 })
  expect(await after.open(between.seal(2, binding), binding)).toEqual({ state: 2 })
  expect(await after.open(before.seal(3, binding), binding)).toBeUndefined()
  expect(await before.open(after.seal(4, binding), binding)).toBeUndefined()
})

test('no change of the text is accepted, and none is a fault', async () => {
  const states = replicas().states(newKey)
  const text = states.seal({ admin: false }, binding)
  const [payload = '', mac = ''] = text.split('.')
  const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('false', 'true')).toString(
    'base64url',
  )
  const wrong = [
    `${forged}.${mac}`,
    `${payload}.`,
    `.${mac}`,
    payload,
    `${text}.`,
    `${text}.${mac}`,
    ` ${text}`,
    `${text}=`,
    `${payload}=.${mac}`,
    `${payload}.${mac.slice(0, -1)}`,
    `${payload}.${'ü'.repeat(43)}`,
    `${payload}.${mac.toLowerCase()}`,
  ]
  for (const each of wrong) expect([each, await states.open(each, binding)]).toEqual([each, undefined])
  expect(await states.open(text, binding)).toEqual({ state: { admin: false } })
})

test('where no more used states can be remembered, none is accepted', async () => {
  const { states, records } = replicas()
  records.create = async () => 'full'
  expect(await states(newKey).open(states(newKey).seal(1, binding), binding)).toBeUndefined()
})
