import type { Random } from '../random.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Json } from './input.ts'

/** Stands for JSON text that no value has: `JSON.stringify` would not write it. */
const rawMark = '\u0001raw:'

/** A text that `jsonText` writes as it is, without quotes. */
export const raw = (text: string): string => `${rawMark}${Buffer.from(text, 'latin1').toString('base64')}`

/** The bytes (Latin-1) of a value as JSON, with what was marked by `raw` as it is. */
export const jsonText = (value: unknown): string =>
  Buffer.from(JSON.stringify(value) ?? 'null', 'utf8')
    .toString('latin1')
    .replaceAll(/"\\u0001raw:([A-Za-z0-9+/=]*)"/g, (_, text: string) =>
      Buffer.from(text, 'base64').toString('latin1'),
    )

/** Texts in the place of a value that are JSON only nearly, or are JSON that few expect. */
const rawValues: readonly string[] = [
  '1e400',
  '-1e400',
  '-0',
  '1e-400',
  '9007199254740993',
  '123456789012345678901234567890',
  'NaN',
  'Infinity',
  'undefined',
  '01',
  '+1',
  '.5',
  '0x10',
  "'single'",
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\xff\xfe"',
  '"\xc0\xaf"',
  '"\xed\xa0\x80"',
  '"\n"',
  '"\\x"',
  '{"a":1,"a":2}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"\\u005f_proto__":{"a":1}}',
  '[1,]',
  '{"a":1,}',
  '/**/1',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]',
]

/** A value of any kind that nobody expects in its place. */
export const hostileValue = (random: Random): unknown => {
  switch (random.below(9)) {
    case 0:
      return null
    case 1:
      return random.pick([true, false])
    case 2:
      return random.pick([0, -1, 1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21, 1e308])
    case 3:
      return random.pick([[], [null], [[]], [1, 2, 3], Array(200).fill(0)])
    case 4:
      return random.pick<unknown>([
        {},
        { a: {} },
        { length: 3 },
        { toString: 1 },
        { catch: {} },
        { toJSON: 1 },
      ])
    case 5:
      return raw(random.pick(rawValues))
    case 6:
      return random.pick(['[', '{"a":']).repeat(random.pick([10, 70, 5_000]))
    default:
      return random.pick(hostileTexts)
  }
}

/** Another value of the same shape but for one thing: a member changed, gone, doubled, renamed, wrapped or new. */
export const mutateJson = (random: Random, value: unknown): unknown => {
  const paths = pathsOf(value)
  const path = random.pick(paths)
  return changedAt(value, path, (old) => {
    switch (random.below(8)) {
      case 0:
        return undefined
      case 1:
        return [old]
      case 2:
        return { value: old }
      case 3:
        return typeof old === 'string' ? mutateText(random, old) : hostileValue(random)
      case 4:
        return isObject(old) ? { ...old, [random.pick(members)]: hostileValue(random) } : hostileValue(random)
      case 5:
        return isObject(old) ? Object.fromEntries(Object.entries(old).reverse()) : hostileValue(random)
      default:
        return hostileValue(random)
    }
  })
}

/** Another text: bits of it changed, cut, doubled, in another case, or with something at an end. */
export const mutateText = (random: Random, text: string): string => {
  const at = random.below(text.length + 1)
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text + random.pick(hostileTexts)
    case 2:
      return text.slice(0, at) + random.pick(hostileTexts) + text.slice(at)
    case 3:
      return text.repeat(random.pick([2, 3, 50]))
    case 4:
      return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()
    case 5:
      return flippedBit(random, text)
    case 6:
      return [...text].reverse().join('')
    default:
      return ` ${text}\t`
  }
}

/** The text with one bit of one character changed. */
export const flippedBit = (random: Random, text: string): string => {
  if (text === '') return text
  const at = random.below(text.length)
  const code = text.charCodeAt(at) ^ (1 << random.below(7))
  return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)
}

const members = [
  '__proto__',
  'constructor',
  'toString',
  'then',
  'id',
  'method',
  'cursor',
  '_meta',
  'extra',
  '',
]

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type Path = readonly string[]

const pathsOf = (value: unknown, path: Path = []): Path[] => {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([name, each]) => pathsOf(each, [...path, name]))]
}

const changedAt = (value: unknown, path: Path, change: (old: unknown) => unknown): unknown => {
  const [name, ...rest] = path
  if (name === undefined) return change(value)
  if (Array.isArray(value))
    return value.map((each, n) => (String(n) === name ? changedAt(each, rest, change) : each))
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([key, each]) => [
    key,
    key === name ? changedAt(each, rest, change) : each,
  ])
  return Object.fromEntries(entries)
}
