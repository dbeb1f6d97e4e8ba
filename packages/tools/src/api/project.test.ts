import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { projectionOf } from './project.ts'

const page = {
  Reservations: [
    {
      Instances: [
        { Id: 'i-1', Tags: [{ Key: 'Name', Value: 'web "1"' }], Size: 2 },
        { Id: 'i-2', Size: 1 },
      ],
    },
    { Instances: [{ Id: 'i-3', Size: 3 }] },
  ],
}

/** What is wrong with a query, or undefined. */
const issueOf = (query: string, value: unknown = page): unknown => {
  try {
    projectionOf(query)(value)
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown
    expect(thrown.code).toBe('invalid_arguments')
    return thrown.details.issues?.[0]
  }
}

test.for<[string, unknown]>([
  ['Reservations[].Instances[].Id', ['i-1', 'i-2', 'i-3']],
  [
    'Reservations[].Instances[].{id: Id, name: Tags[?Key==`Name`].Value | [0]}',
    [
      { id: 'i-1', name: 'web "1"' },
      { id: 'i-2', name: null },
      { id: 'i-3', name: null },
    ],
  ],
  ['length(Reservations[].Instances[])', 3],
  ['sort_by(Reservations[].Instances[], &Size)[-1].Id', 'i-3'],
  ["join(', ', Reservations[].Instances[].Id)", 'i-1, i-2, i-3'],
  ['Reservations[0].Instances[0].Tags | to_string(@)', '[{"Key":"Name","Value":"web \\"1\\""}]'],
  ['Nothing', null],
  ['constructor', null],
  ['__proto__', null],
  ['[constructor, toString]', [null, null]],
])('%s', ([query, result]) => {
  expect(projectionOf(query)(page)).toEqual(result)
})

test('without a query all of it', () => {
  expect(projectionOf(undefined)(page)).toBe(page)
})

test.for([
  '',
  '[',
  '(',
  ')',
  '()',
  'a.',
  'a..b',
  '=',
  'a = b',
  '*.',
  '"',
  '\u2603',
  '{a}',
  'f(',
  '@ @',
  '&',
  '[?',
  'a.`1`',
])('%j is no expression, and that is said before anything is asked', (query) => {
  expect(() => projectionOf(query)).toThrow('cannot be applied')
  expect(issueOf(query)).toBe('query: is no JMESPath expression')
})

test.for<[string, string]>([
  ['length(`1`)', 'gives length() a number where it takes a text or a list or an object'],
  ['sum(`["a"]`)', 'gives sum() a list where it takes a list of numbers'],
  ['map(@, @)', 'gives map() no expression such as &Name, which it takes'],
  ['map(`1`, @)', 'gives map() a number where it takes an expression such as &Name'],
  ['length(&a)', 'has an expression with & that no function takes'],
  ['&a', 'has an expression with & that no function takes'],
  ['length(@, @)', 'gives length() another number of arguments than it takes'],
  ['not_null()', 'gives not_null() another number of arguments than it takes'],
  ['nothing(@)', 'calls a function that JMESPath does not have'],
  ['constructor(@)', 'calls a function that JMESPath does not have'],
  ['[::0]', 'has a slice whose step is 0'],
])('%s can never work, and that is said before anything is asked', ([query, why]) => {
  expect(() => projectionOf(query)).toThrow('cannot be applied')
  expect(issueOf(query)).toBe(`query: ${why}`)
})

test.for<[string, string]>([
  [
    'sort_by(Reservations, &Instances)',
    'sorts or compares by what is not always a number, or not always a text; leave out those without it, as in [?Size != `null`]',
  ],
  [
    'sort_by(Reservations[].Instances[], &Nothing)',
    'sorts or compares by what is not always a number, or not always a text; leave out those without it, as in [?Size != `null`]',
  ],
  [
    'length(Nothing)',
    "gives length() null where it takes a text or a list or an object; write … || '' where it may be null",
  ],
  ['sum(Nothing)', 'gives sum() null where it takes a list of numbers; write … || `[]` where it may be null'],
  ['sum(Reservations)', 'gives sum() a list where it takes a list of numbers'],
])('%s does not fit the answer', ([query, why]) => {
  expect(projectionOf(query)).toBeTypeOf('function')
  expect(issueOf(query)).toBe(`query: ${why}`)
})

const tooMuch = ['query: takes too much work; select fewer members', 'query: selects too much; select less']
const repeated = (part: string, join: string) => Array.from({ length: 60 }, () => part).join(join)
const nested = (depth: number, of: (inner: string) => string) =>
  Array.from({ length: depth }).reduce<string>(of, '`0`')
test.for([
  repeated('[@,@][]', '|'),
  repeated('[@,@]', '|'),
  repeated('{a:@,b:@}', '|'),
  repeated('map(&[@,@],@)', '|').replace('map', '[@,@]|map'),
  `${'to_string([@,@])|'.repeat(40)}@`,
  `${'to_string(to_array('.repeat(40)}@${'))'.repeat(40)}`,
  nested(24, (inner) => `length(map(&${inner},\`[0,0]\`))`),
  nested(45, (inner) => `length(map(&${inner},\`[0,0]\`))`),
  nested(7, (inner) => `map(&${inner},\`[0,0,0,0,0,0,0,0,0,0]\`)`),
  nested(30, (inner) => `length(sort_by(\`[0,0,0,0]\`,&${inner}))`),
  nested(40, (inner) => `length(\`[0,0,0]\`[?${inner}])`),
  nested(40, (inner) => `\`[1,1,1]\`[?${inner} == \`[]\`]`),
])('%s cannot take the process', (query) => {
  const started = performance.now()
  const issue = issueOf(query)
  expect(performance.now() - started).toBeLessThan(5_000)
  expect(tooMuch).toContain(issue)
})

test('work without end that needs no answer is refused before anything is asked', () => {
  const query = nested(24, (inner) => `length(map(&${inner},\`[0,0]\`))`)
  expect(query.length).toBeLessThan(600)
  expect(() => projectionOf(query)).toThrow('cannot be applied')
  expect(issueOf(query)).toBe(tooMuch[0])
})

test('text of the input may be glue', () => {
  expect(projectionOf('join(a, b)')({ a: 'x', b: ['y', 'z'] })).toBe('yxz')
})

test('what is selected has a bound, and so has the expression', () => {
  const wide = { text: 'x'.repeat(1_000_000) }
  expect(issueOf('[text,text,text]', wide)).toBeUndefined()
  expect(issueOf('[text,text,text,text,text]', wide)).toBe('query: selects too much; select less')
  expect(issueOf('a'.repeat(1_000))).toBeUndefined()
  expect(issueOf('a'.repeat(1_001))).toBe('query: is longer than 1000 characters')
})

test('no depth of an expression or of data is a fault of ours', () => {
  const deep = `${'('.repeat(490)}a${')'.repeat(490)}`
  expect(issueOf(deep, { a: 1 })).toBeUndefined()
  expect(issueOf('['.repeat(1_000))).toBe('query: is no JMESPath expression')
  expect(issueOf('!'.repeat(999).concat('a'), { a: 1 })).toBeUndefined()
})
