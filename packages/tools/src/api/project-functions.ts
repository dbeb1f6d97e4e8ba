import { type By, keysOf, outermost, sortedBy } from './project-lists.ts'
import {
  isEqual,
  type Kind,
  kindOf,
  QueryFault,
  type Spend,
  spendOnAll,
  spendOnText,
} from './project-values.ts'

/** What an argument may be; `by` is an expression such as `&Size`. */
export type Taken = Kind | 'any' | 'numbers' | 'strings' | 'by'

type List = readonly unknown[]

export interface QueryFunction {
  readonly takes: readonly (readonly Taken[])[]
  /** Takes more of its one argument. */
  readonly more?: true
  /** Its arguments are what it takes. */
  run(args: readonly never[], spend: Spend): unknown
}

/** Whether a value may be an argument. */
export const isTaken = (value: unknown, taken: readonly Taken[], spend: Spend): boolean => {
  const kind = kindOf(value)
  return taken.some((each) => {
    if (each === 'by') return typeof value === 'function'
    if (each === 'any' || each === kind) return true
    if ((each !== 'numbers' && each !== 'strings') || !Array.isArray(value)) return false
    spend(value.length)
    const member = each === 'numbers' ? 'number' : 'string'
    return value.every((one) => typeof one === member)
  })
}

const nouns: Readonly<Record<Taken, string>> = {
  any: 'a value',
  array: 'a list',
  boolean: 'a boolean',
  by: 'an expression such as &Name',
  null: 'null',
  number: 'a number',
  numbers: 'a list of numbers',
  object: 'an object',
  string: 'a text',
  strings: 'a list of texts',
}

/** What to write instead of a null. */
const defaults: Readonly<Partial<Record<Taken, string>>> = {
  array: '`[]`',
  number: '`0`',
  numbers: '`[]`',
  object: '`{}`',
  string: "''",
  strings: '`[]`',
}

/** Says what was given, what is taken, and what to write where it was nothing. */
export const notTaken = (name: string, taken: readonly Taken[], value: unknown): QueryFault => {
  const wanted = taken.map((each) => nouns[each]).join(' or ')
  const given = typeof value === 'function' ? nouns.by : nouns[kindOf(value)]
  const [instead] = taken.flatMap((each) => defaults[each] ?? [])
  const how = kindOf(value) === 'null' && instead ? `; write … || ${instead} where it may be null` : ''
  return new QueryFault(`gives ${name}() ${given} where it takes ${wanted}${how}`)
}

const define = <Args extends List>(
  takes: readonly (readonly Taken[])[],
  run: (args: Args, spend: Spend) => unknown,
): QueryFunction => ({ takes, run: run as unknown as QueryFunction['run'] })

const total = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0)

const contains = ([where, what]: readonly [string | List, unknown], spend: Spend): boolean => {
  if (typeof where !== 'string') {
    return where.some((each) => isEqual(each, what, spend))
  }
  // Only a text is part of a text.
  if (typeof what !== 'string') return false
  // The worst case of a search, which text of others may be made for.
  spend(1 + Math.floor((where.length * what.length) / 64))
  return where.includes(what)
}

const reversed = ([of]: readonly [string | List], spend: Spend): unknown => {
  spend(of.length)
  return typeof of === 'string' ? [...of].reverse().join('') : [...of].reverse()
}

const joined = ([glue, parts]: readonly [string, readonly string[]], spend: Spend): string => {
  for (const part of parts) {
    spendOnText(part, spend)
    spendOnText(glue, spend)
  }
  return parts.join(glue)
}

const merged = (records: readonly object[], spend: Spend): object => {
  const members = new Map<string, unknown>()
  for (const record of records) {
    for (const [name, each] of listed(Object.entries(record), spend)) members.set(name, each)
  }
  return Object.fromEntries(members)
}

const asNumber = ([of]: readonly [unknown]): number | null => {
  if (typeof of === 'number') return of
  // As JSON writes numbers: not '', ' 1', '0x10' or '+1'.
  if (typeof of !== 'string' || of.length > 400 || !jsonNumber.test(of)) return null
  return Number.isFinite(Number(of)) ? Number(of) : null
}
const jsonNumber = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

const asText = ([of]: readonly [unknown], spend: Spend): string => {
  if (typeof of === 'string') return of
  spendOnAll(of, spend)
  return JSON.stringify(of)
}

const listed = <Each>(all: readonly Each[], spend: Spend): readonly Each[] => {
  spend(all.length)
  return all
}

const lengthOf = (of: string | object, spend: Spend): number => {
  if (Array.isArray(of)) return of.length
  if (typeof of !== 'string') return listed(Object.keys(of), spend).length
  spendOnText(of, spend)
  return of.length - (of.match(pairs)?.length ?? 0)
}
/** Code points that are two units of a text. */
const pairs = /[\ud800-\udbff][\udc00-\udfff]/g

/** All functions of JMESPath, each of which pays for its work. */
export const queryFunctions: ReadonlyMap<string, QueryFunction> = new Map([
  ['abs', define([['number']], ([of]: readonly [number]) => Math.abs(of))],
  ['ceil', define([['number']], ([of]: readonly [number]) => Math.ceil(of))],
  ['floor', define([['number']], ([of]: readonly [number]) => Math.floor(of))],
  [
    'avg',
    define([['numbers']], ([of]: readonly [number[]]) => (of.length > 0 ? total(of) / of.length : null)),
  ],
  ['sum', define([['numbers']], ([of]: readonly [number[]]) => total(of))],
  ['max', define([['numbers', 'strings']], ([of]: readonly [List], spend) => outermost(of, of, 1, spend))],
  ['min', define([['numbers', 'strings']], ([of]: readonly [List], spend) => outermost(of, of, -1, spend))],
  [
    'max_by',
    define([['array'], ['by']], ([of, by]: readonly [List, By], spend) =>
      outermost(of, keysOf(of, by), 1, spend),
    ),
  ],
  [
    'min_by',
    define([['array'], ['by']], ([of, by]: readonly [List, By], spend) =>
      outermost(of, keysOf(of, by), -1, spend),
    ),
  ],
  ['sort', define([['strings', 'numbers']], ([of]: readonly [List], spend) => sortedBy(of, of, spend))],
  [
    'sort_by',
    define([['array'], ['by']], ([of, by]: readonly [List, By], spend) =>
      sortedBy(of, keysOf(of, by), spend),
    ),
  ],
  ['map', define([['by'], ['array']], ([by, of]: readonly [By, List]) => of.map((each) => by(each)))],
  ['contains', define([['string', 'array'], ['any']], contains)],
  [
    'starts_with',
    define([['string'], ['string']], ([of, start]: readonly [string, string], spend) => {
      spendOnText(start, spend)
      return of.startsWith(start)
    }),
  ],
  [
    'ends_with',
    define([['string'], ['string']], ([of, end]: readonly [string, string], spend) => {
      spendOnText(end, spend)
      return of.endsWith(end)
    }),
  ],
  [
    'length',
    define([['string', 'array', 'object']], ([of]: readonly [string | object], spend) => lengthOf(of, spend)),
  ],
  ['reverse', define([['string', 'array']], reversed)],
  ['join', define([['string'], ['strings']], joined)],
  ['keys', define([['object']], ([of]: readonly [object], spend) => listed(Object.keys(of), spend))],
  ['values', define([['object']], ([of]: readonly [object], spend) => listed(Object.values(of), spend))],
  ['merge', { ...define([['object']], merged), more: true }],
  ['not_null', { ...define([['any']], (of: List) => of.find((each) => each !== null) ?? null), more: true }],
  ['type', define([['any']], ([of]: readonly [unknown]) => kindOf(of))],
  ['to_array', define([['any']], ([of]: readonly [unknown]) => (Array.isArray(of) ? of : [of]))],
  ['to_string', define([['any']], asText)],
  ['to_number', define([['any']], asNumber)],
])
