import { expect, test } from 'vitest'
import { isTemplate, uriMatcher } from './uri-template.ts'

const item = uriMatcher('aws://{account}/stacks/{name}')

test.for<[string, Record<string, string>]>([
  ['aws://prod/stacks/web', { account: 'prod', name: 'web' }],
  ['aws://prod/stacks/a%20b', { account: 'prod', name: 'a b' }],
  ['aws://prod/stacks/%C3%BC', { account: 'prod', name: 'ü' }],
  ['aws://prod/stacks/ü', { account: 'prod', name: 'ü' }],
  ['aws://prod/stacks/...', { account: 'prod', name: '...' }],
  ['aws://prod/stacks/%252e%252e', { account: 'prod', name: '%2e%2e' }],
  ['aws://prod/stacks/a%3Fb%23c', { account: 'prod', name: 'a?b#c' }],
  ['aws://{account}/stacks/{name}', { account: '{account}', name: '{name}' }],
  ['aws://constructor/stacks/__proto__', { account: 'constructor', name: '__proto__' }],
])('%s is read', ([uri, variables]) => {
  expect(item(uri)).toEqual(variables)
})

test.for([
  'aws://prod/stacks/',
  'aws:///stacks/web',
  'aws://prod/stacks',
  'aws://prod/stacks/web/',
  'aws://prod/stacks/web/more',
  'aws://prod/stacks/web?x=1',
  'aws://prod/stacks/web#x',
  'AWS://prod/stacks/web',
  ' aws://prod/stacks/web',
  'aws://prod/stacks/web\n',
  'aws://prod/stacks/..',
  'aws://prod/stacks/.',
  'aws://../stacks/web',
  'aws://prod/stacks/%2e%2e',
  'aws://prod/stacks/%2E.',
  'aws://prod/stacks/a%2Fb',
  'aws://prod/stacks/..%2f..%2fother',
  'aws://prod/stacks/a%5Cb',
  'aws://prod/stacks/a\\b',
  'aws://prod/stacks/a%00',
  'aws://prod/stacks/a%0Ab',
  'aws://prod/stacks/a\u0000b',
  'aws://prod/stacks/a%7F',
  'aws://prod/stacks/%C2%85',
  'aws://prod/stacks/%',
  'aws://prod/stacks/%zz',
  'aws://prod/stacks/%ff',
  'aws://prod/stacks/%c0%ae',
  'aws://prod/stacks/%ed%a0%80',
  `aws://prod/stacks/${'x'.repeat(2048)}`,
])('%j is not', (uri) => {
  expect(item(uri)).toBeUndefined()
})

test('what stands around the variables is taken literally', () => {
  const odd = uriMatcher('x://a.b+c(d)[e]/{v}.json')
  expect(odd('x://a.b+c(d)[e]/1.json')).toEqual({ v: '1' })
  for (const uri of ['x://aXb+c(d)[e]/1.json', 'x://a.bbc(d)[e]/1.json', 'x://a.b+c(d)[e]/1xjson']) {
    expect(odd(uri)).toBeUndefined()
  }
  expect(uriMatcher('x://plain')('x://plain')).toEqual({})
})

test.for(['x://{a}{b}', 'x://{a}-{b}', 'x://y/{a}.{b}.{c}/z'])(
  '%s could be read in many ways, and is none of ours',
  (template) => {
    expect(() => uriMatcher(template)).toThrow(RangeError)
  },
)

test('no URI takes long to refuse', () => {
  const matcher = uriMatcher('x://{a}/{b}/{c}.json')
  const started = performance.now()
  for (const uri of [
    `x://${'-'.repeat(2030)}`,
    `x://a/b/${'.json'.repeat(400)}x`,
    `x://${'%2e'.repeat(600)}/`,
  ]) {
    expect(matcher(uri)).toBeUndefined()
  }
  expect(performance.now() - started).toBeLessThan(1000)
})

test('templates are told from URIs', () => {
  expect(['x://{a}', 'x://a', 'x://a}'].map(isTemplate)).toEqual([true, false, false])
})
