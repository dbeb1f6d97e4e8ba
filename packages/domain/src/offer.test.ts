import { expect, test } from 'vitest'
import { offerOf } from './offer.ts'
import { prompt, resource } from './testing/sample-offer.ts'
import { listThings, removeThing } from './testing/sample-tools.ts'

test('all of it is in the order of names, whatever the order it was given in', () => {
  const offer = offerOf({
    tools: [removeThing, listThings],
    prompts: [prompt({ name: 'b' }), prompt({ name: 'a' })],
    resources: [resource({ uri: 'x://b' }), resource({ uri: 'x://{a}' }), resource({ uri: 'x://a' })],
  })
  expect([...offer.tools.keys()]).toEqual([listThings.name, removeThing.name])
  expect([...offer.prompts.keys()]).toEqual(['a', 'b'])
  expect(offer.resources.map(({ uri }) => uri)).toEqual(['x://a', 'x://b', 'x://{a}'])
})

test('resources come out as they went in', () => {
  const given = resource({ uri: 'x://a', name: 'its own name' })
  expect(offerOf({ tools: [], resources: [given] }).resources[0]).toBe(given)
})

test.for<[string, Parameters<typeof offerOf>[0]]>([
  ['tools', { tools: [listThings, { ...removeThing, name: listThings.name }] }],
  ['prompts', { tools: [], prompts: [prompt({}), prompt({})] }],
  ['resources', { tools: [], resources: [resource({ name: 'a' }), resource({ name: 'b' })] }],
])('two %s of one name are a mistake of ours', ([, all]) => {
  expect(() => offerOf(all)).toThrow('one name')
})

test('a template that cannot be read by is a mistake of ours', () => {
  expect(() => offerOf({ tools: [], resources: [resource({ uri: 'x://{a}-{b}' })] })).toThrow(RangeError)
})

test('names of prototypes are names like any, and unknown where nothing has them', () => {
  const { tools, prompts } = offerOf({ tools: [{ ...listThings, name: 'constructor' }] })
  expect([tools.get('constructor')?.name, tools.get('toString'), prompts.get('__proto__')]).toEqual([
    'constructor',
    undefined,
    undefined,
  ])
})
