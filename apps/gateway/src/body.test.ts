import { GatewayError } from '@gateway/domain'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { addJsonParser, bodyLimit, parseJson } from './body.ts'

const refusalOf = (body: string | Buffer): unknown => {
  try {
    return { parsed: parseJson(Buffer.from(body)) }
  } catch (thrown) {
    if (thrown instanceof GatewayError) return [thrown.code, thrown.cause]
    throw thrown
  }
}

const refused = ['parse_error', undefined]

test('ordinary JSON', () => {
  const value = {
    text: 'ä€😀 \u0000 \\u0041 [[[{{{',
    numbers: [0, -1.5e-7],
    flags: [true, null],
    nested: { a: [{}] },
  }
  expect(parseJson(Buffer.from(JSON.stringify(value)))).toEqual(value)
  expect(parseJson(Buffer.from(' \t\r\n[1]\n'))).toEqual([1])
})

test('escapes of ordinary text are read as JSON says', () => {
  expect(parseJson(Buffer.from('"\\u00e4\\ud83d\\ude00\\u0041\\/"'))).toBe('ä😀A/')
})

test.for([
  ['nothing', ''],
  ['spaces', '  '],
  ['half an object', '{"a":1'],
  ['two values', '{}{}'],
  ['a trailing comma', '[1,]'],
  ['a comment', '{}//x'],
  ['single quotes', "{'a':1}"],
  ['NaN', 'NaN'],
  ['Infinity', '-Infinity'],
  ['a control character in a string', '"a\nb"'],
  ['an unknown escape', '"\\x41"'],
  ['a byte order mark', '\ufeff{}'],
  ['form data', 'a=1'],
])('not JSON: %s', ([, text]) => {
  expect(refusalOf(text ?? '')).toEqual(refused)
})

test.for([
  ['a lone continuation byte', [0x22, 0x80, 0x22]],
  ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
  ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ['a character cut off', [0x22, 0xe2, 0x82, 0x22]],
  ['beyond Unicode', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
  ['Latin-1', [0x22, 0xe4, 0x22]],
  ['UTF-16LE', [...Buffer.from('{"a":1}', 'utf16le')]],
  ['UTF-16LE with a mark', [0xff, 0xfe, ...Buffer.from('{}', 'utf16le')]],
  ['gzip', [0x1f, 0x8b, 0x08, 0x00]],
] as const)('not UTF-8: %s', ([, bytes]) => {
  expect(refusalOf(Buffer.from(bytes))).toEqual(refused)
})

test.for([
  ['arrays', '['.repeat(100_000)],
  ['closed arrays', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['objects', '{"a":'.repeat(100_000)],
  ['both', '[{"a":'.repeat(50_000)],
  ['behind brackets that close first', `${']'.repeat(100)}${'['.repeat(200)}`],
  ['behind a string with an escaped quote', `["\\"",${'['.repeat(100)}`],
  ['behind a string that ends in a backslash', `["\\\\",${'['.repeat(100)}`],
  ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}`],
])('too deep: %s', ([, text]) => {
  expect(refusalOf(text ?? '')).toEqual(refused)
})

test('64 levels pass, and brackets in strings are no levels', () => {
  expect(refusalOf(`${'['.repeat(64)}${']'.repeat(64)}`)).toHaveProperty('parsed')
  const text = `["\\"${'['.repeat(1000)}",{"${'{'.repeat(1000)}":1}]`
  expect(refusalOf(text)).toHaveProperty('parsed')
})

test('the largest body of brackets is refused at once', () => {
  const started = performance.now()
  expect(refusalOf('[]'.repeat(bodyLimit / 2))).toEqual(refused)
  expect(refusalOf(`"${'['.repeat(bodyLimit)}`)).toEqual(refused)
  expect(performance.now() - started).toBeLessThan(2000)
})

const spellings = [
  '__proto__',
  '\\u005f_proto__',
  '\\u005F\\u005Fproto\\u005f\\u005f',
  '__pr\\u006fto__',
  '\\u005f\\u005f\\u0070\\u0072\\u006f\\u0074\\u006f\\u005f\\u005f',
]

test.for(spellings)('a member %s is refused anywhere', (name) => {
  expect(refusalOf(`{"${name}":{"isAdmin":true}}`)).toEqual(refused)
  expect(refusalOf(`{"${name}":null}`)).toEqual(refused)
  expect(refusalOf(`{"params":{"arguments":[{"a":[{"${name}":1}]}]}}`)).toEqual(refused)
})

test.for([
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"constructor":{"a":1,"prototype":null}}',
  '{"\\u0063onstructor":{"prototype":1}}',
  '{"constructor":{"proto\\u0074ype":1}}',
  '[{"a":{"constructor":{"prototype":1}}}]',
])('a constructor with a prototype is refused: %s', (text) => {
  expect(refusalOf(text)).toEqual(refused)
})

test('the names alone are harmless as text and where they reach nothing', () => {
  for (const value of [
    ['__proto__', 'constructor', 'prototype'],
    { constructor: 'x', prototype: {} },
    { constructor: { a: { prototype: 1 } } },
    { constructor: ['prototype'] },
    { proto: 1, __proto: 2, _proto__: 3 },
  ]) {
    expect(parseJson(Buffer.from(JSON.stringify(value)))).toEqual(value)
  }
})

test.for([
  ['a high one', '{"a":"\\ud800"}'],
  ['a low one', '{"a":"\\uDC00"}'],
  ['two in the wrong order', '["\\udc00\\ud800"]'],
  ['one as a name', '{"\\ud800":1}'],
  ['one among pairs', '"\\ud83d\\ude00\\ud83d"'],
  ['one deep inside', '{"params":{"arguments":{"x":[["\\udfff"]]}}}'],
])('a lone surrogate is refused: %s', ([, text]) => {
  expect(refusalOf(text ?? '')).toEqual(refused)
})

const statusOf = async (type: string | undefined, payload: string): Promise<number> => {
  await using app = Fastify()
  addJsonParser(app)
  app.setErrorHandler((error: { status?: number; statusCode?: number }, _, reply) =>
    reply.code(error.status ?? error.statusCode ?? 500).send(),
  )
  app.post('/', async (request) => ({ body: request.body ?? 'none' }))
  const headers = type === undefined ? {} : { 'content-type': type }
  return (await app.inject({ method: 'POST', url: '/', headers, payload: Buffer.from(payload) })).statusCode
}

test.for([
  'application/json',
  'Application/JSON',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'application/json; charset="utf-8"',
  'application/json ; charset=utf8',
  'application/json; profile=x; charset=utf-8',
])('%s is taken', async (type) => {
  expect(await statusOf(type, '{"a":1}')).toBe(200)
})

test.for([
  'text/plain',
  'text/json',
  'application/json-rpc',
  'application/jsonx',
  'application/json, text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/json; charset=UTF-16LE',
  'application/json; charset="utf-16"',
  'application/json; charset=iso-8859-1',
  "application/json; charset='utf-8'",
  'application/json; a=b; CHARSET=utf-7',
  'json',
  '/',
  '',
])('"%s" is 415', async (type) => {
  expect(await statusOf(type, '{"a":1}')).toBe(415)
})

test('a body without a type is 415, and an empty one of any type is none', async () => {
  expect(await statusOf(undefined, '{"a":1}')).toBe(415)
  expect(await statusOf('application/json', '')).toBe(200)
})

test('a body over the limit is 413', async () => {
  expect(await statusOf('application/json', `"${'a'.repeat(bodyLimit)}"`)).toBe(413)
})
