import { expect, test } from 'vitest'
import { callTool } from './call-tool.ts'
import { offerFor, offerOf } from './offer.ts'
import { callLine } from './testing/call-line.ts'
import { prompt, resource } from './testing/sample-offer.ts'
import { listThings, removeThing } from './testing/sample-tools.ts'
import { grantIn, tenantOf } from './testing/tenants.ts'

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

const packed = [
  { ...listThings, pack: 'monitoring' as const },
  { ...removeThing, pack: 'api' as const },
  { ...listThings, name: 'aws_ec2_list_more' },
]
const withPacks = (id: 'acme' | 'globex', packs?: ('monitoring' | 'api')[]) => {
  const { permissions } = tenantOf(id)
  return { permissions: { ...permissions, ...(packs && { packs }) } }
}

test('a tenant has the tools of its packs, and those of none', () => {
  const of = offerFor(offerOf({ tools: packed }))
  const names = (packs?: ('monitoring' | 'api')[]) => [
    ...of(tenantOf('acme', withPacks('acme', packs))).tools.keys(),
  ]
  expect(names()).toHaveLength(3)
  expect(names([])).toEqual(['aws_ec2_list_more'])
  expect(names(['monitoring'])).toEqual(['aws_ec2_list_more', listThings.name])
  const tenant = tenantOf('acme', withPacks('acme', ['api']))
  expect(of(tenant)).toBe(of(tenant))
  expect(of(tenant)).not.toBe(of(tenantOf('globex', withPacks('globex', ['api']))))
})

test('a tool of a pack that is off is unknown, and is on for the tenant beside it', async () => {
  const line = callLine({ tools: packed })
  const of = offerFor(offerOf({ tools: packed }))
  const dependencies = { ...line.dependencies, offerOf: of }
  const call = (id: 'acme' | 'globex', packs: ('monitoring' | 'api')[]) =>
    callTool(dependencies, {
      ...line.base,
      grant: grantIn(id, { tenant: withPacks(id, packs) }),
      tool: listThings.name,
      args: {},
    })
  await expect(call('acme', ['api'])).rejects.toMatchObject({ code: 'unknown_tool' })
  expect(await call('globex', ['monitoring'])).toMatchObject({ isError: false })
  expect(line.sent.map(({ target }) => target.tenant.id)).toEqual(['globex'])
  expect(line.events.map(({ outcome, reason_code }) => reason_code ?? outcome)).toEqual([
    'unknown_tool',
    'allow',
  ])
})
