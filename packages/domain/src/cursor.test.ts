import { expect, test } from 'vitest'
import { type CursorBinding, cursorCodec } from './cursor.ts'
import { GatewayError } from './errors.ts'

const hour = 3_600_000
const key = Buffer.alloc(32, 'k')
const binding: CursorBinding = {
  tenantId: 'acme',
  principalId: 'ann',
  tool: 'aws_s3_list_objects',
  account: '111111111111',
  region: 'eu-west-1',
  input: { bucket: 'b', filters: [{ name: 'x', values: ['1', '2'] }] },
}

const codecAt = (now = 0, ofKey = key) => cursorCodec([ofKey], () => now)

/** What `open` says: the token, or the whole refusal. */
const opened = (cursor: string, by = binding, codec = codecAt()) => {
  try {
    return codec.open(cursor, by)
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown
    return { code: thrown.code, message: thrown.message, details: thrown.details, cause: thrown.cause }
  }
}

const refused = {
  code: 'unknown_cursor',
  message:
    'This cursor is unknown: it is too old, or was made for another user, account, region or query. Call again without it.',
  details: {},
  cause: undefined,
}

test('whatever token AWS gives comes back', () => {
  for (const token of ['t', 'a.b.c', 'ü☃\u0000"\\', 'x'.repeat(4096), '1/2+3==']) {
    const cursor = codecAt().seal(token, binding)
    expect(opened(cursor)).toBe(token)
    expect(cursor).toMatch(/^[\w-]+\.[\w-]{43}$/)
  }
})

test('nobody without the key reads the token', () => {
  const [content = '', mac = ''] = codecAt().seal('token-of-aws', binding).split('.')
  for (const part of [content, mac])
    expect(Buffer.from(part, 'base64url').toString('latin1')).not.toMatch(/token|aws/)
})

test('a replaced key opens what it sealed', () => {
  const other = Buffer.alloc(32, 'j')
  const cursor = codecAt().seal('t', binding)
  expect(
    opened(
      cursor,
      binding,
      cursorCodec([other, key], () => 0),
    ),
  ).toBe('t')
})

test('a cursor lives for an hour', () => {
  const cursor = codecAt(1000).seal('t', binding)
  expect(opened(cursor, binding, codecAt(1000 + hour))).toBe('t')
  expect(opened(cursor, binding, codecAt(1001 + hour))).toEqual(refused)
})

test('every replica with the key opens it, and nobody else', () => {
  const cursor = codecAt().seal('t', binding)
  expect(opened(cursor, binding, codecAt(0, Buffer.from(key)))).toBe('t')
  expect(opened(cursor, binding, codecAt(0, Buffer.alloc(32, 'j')))).toEqual(refused)
})

test('it works for its own tenant, user, tool, account, region and arguments only', () => {
  const cursor = codecAt().seal('t', binding)
  const others: Partial<CursorBinding>[] = [
    { tenantId: 'globex' },
    { principalId: 'bob' },
    { tool: 'aws_ec2_describe_instances' },
    { account: '111111111112' },
    { region: 'us-east-1' },
    { input: { bucket: 'c', filters: [{ name: 'x', values: ['1', '2'] }] } },
    { input: { bucket: 'b', filters: [{ name: 'x', values: ['2', '1'] }] } },
    { input: { bucket: 'b', filters: [{ name: 'x', values: ['1'] }] } },
    { input: { bucket: 'b' } },
    { input: { ...(binding.input as object), prefix: 'secret/' } },
    { input: {} },
    { input: undefined },
    // Moving a border between two fields must not give the same text.
    { tenantId: 'acm', principalId: 'eann' },
    { tenantId: 'acme","ann', principalId: '' },
  ]
  for (const other of others)
    expect([other, opened(cursor, { ...binding, ...other })]).toEqual([other, refused])
})

test('the order of arguments, and absent ones, make no difference', () => {
  const cursor = codecAt().seal('t', binding)
  const input = { prefix: undefined, filters: [{ values: ['1', '2'], name: 'x' }], bucket: 'b' }
  expect(opened(cursor, { ...binding, input })).toBe('t')
})

test('a cursor altered in any character is unknown, whatever the character', () => {
  const cursor = codecAt().seal('token-of-aws', binding)
  for (let at = 0; at < cursor.length; at++) {
    for (const other of ['A', 'B', 'Z', 'h', 'g', 'w', '0', '_', '-', '.', '=', '+', '!', ' ', 'é', '']) {
      if (other === cursor[at]) continue
      const altered = cursor.slice(0, at) + other + cursor.slice(at + 1)
      expect([altered, opened(altered)]).toEqual([altered, refused])
    }
  }
})

test('a cursor cut or lengthened anywhere is unknown', () => {
  const cursor = codecAt().seal('t', binding)
  for (let end = 0; end < cursor.length; end++) expect(opened(cursor.slice(0, end))).toEqual(refused)
  for (const more of ['.', '=', '\n', 'A', '.A', `.${cursor}`, ' ']) {
    expect(opened(cursor + more)).toEqual(refused)
    expect(opened(more + cursor)).toEqual(refused)
  }
})

test('parts of two cursors do not make a third', () => {
  const [first = '', firstMac = ''] = codecAt().seal('one', binding).split('.')
  const [second = '', secondMac = ''] = codecAt().seal('two', binding).split('.')
  expect(opened(`${first}.${secondMac}`)).toEqual(refused)
  expect(opened(`${second}.${firstMac}`)).toEqual(refused)
})

test('a key that is too short is refused', () => {
  expect(() => cursorCodec([Buffer.alloc(32), Buffer.alloc(31)], Date.now)).toThrow(RangeError)
})

test('a list of pairs is not the object that it spells', () => {
  const pairs = { ...binding, input: [['bucket', 'b']] }
  expect(opened(codecAt().seal('t', { ...binding, input: { bucket: 'b' } }), pairs)).toEqual(refused)
})
