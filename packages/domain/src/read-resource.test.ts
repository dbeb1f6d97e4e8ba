import { expect, test } from 'vitest'
import { GatewayError } from './errors.ts'
import { needInput } from './interaction.ts'
import { findResource, readResource } from './read-resource.ts'
import type { Resource } from './resource.ts'
import { callLine, type LineOptions } from './testing/call-line.ts'
import { resource } from './testing/sample-offer.ts'
import { grantIn } from './testing/tenants.ts'
import type { ResourceRead } from './tool-call.ts'

const stacks = resource({
  uri: 'aws://{account}/{region}/stacks/{name}',
  iamActions: ['ec2:DescribeThings'],
  async read({ aws, account, region }, { uri, variables }) {
    const { names } = (await aws('ec2', 'DescribeThings', variables)) as { names: string[] }
    return [{ uri, mimeType: 'text/plain', text: `${account.alias} ${region} ${names}` }]
  },
})

const lineOf = (resources: readonly Resource[], options: LineOptions = {}) => {
  const line = callLine({ ...options, resources })
  const read = (uri: string, call: Partial<ResourceRead> = {}) =>
    readResource(line.dependencies, { ...line.base, uri, ...call })
  return { ...line, read }
}

const uri = 'aws://dev/us-east-1/stacks/web'

test('a read goes the line of every call: aimed by its URI, sent as the role, audited by its template', async () => {
  const line = lineOf([stacks])
  expect(await line.read(uri)).toEqual({
    contents: [{ uri, mimeType: 'text/plain', text: 'dev us-east-1 one' }],
  })
  expect(line.sent[0]?.target).toMatchObject({
    account: { alias: 'dev' },
    region: 'us-east-1',
    roleName: 'read',
  })
  expect(line.limits).toHaveLength(1)
  expect(line.events).toMatchObject([
    {
      event: 'resource.read',
      outcome: 'allow',
      tenant_id: 'acme',
      mcp: { era: 'modern', method: 'resources/read', resource: stacks.uri },
      policy: { decision: 'allow' },
      aws: { account_id: '111111111112', region: 'us-east-1', actions: ['ec2:DescribeThings'] },
    },
  ])
  // The caller's own text is in none of it.
  expect(JSON.stringify([line.events, line.logged])).not.toContain('web')
})

test('without account and region in its template a read is of the default ones', async () => {
  const line = lineOf([
    resource({
      uri: 'x://{name}',
      read: async ({ account, region }) => [{ uri: 'x', mimeType: 't', text: account.alias + region }],
    }),
  ])
  expect(await line.read('x://a')).toMatchObject({ contents: [{ text: 'prodeu-west-1' }] })
})

test('a resource may say by its variables where it is read, and what that takes', async () => {
  const line = lineOf([
    resource({
      uri: 'x://{id}',
      generic: true,
      aim: ({ id }) => (id === 'there' ? { account: 'dev', region: 'us-east-1' } : { account: 'main' }),
      scopeOf: ({ id }) => ({ access: 'read', iamActions: id === 'there' ? ['ec2:DescribeThings'] : [] }),
      async read({ aws, account, region }, { uri }) {
        await aws('ec2', 'DescribeThings', {})
        return [{ uri, mimeType: 't', text: `${account.alias} ${region}` }]
      },
    }),
  ])
  expect(await line.read('x://there')).toMatchObject({ contents: [{ text: 'dev us-east-1' }] })
  await expect(line.read('x://else')).rejects.toMatchObject({ code: 'account_not_linked' })
})

test.for<[string, string, string]>([
  ['another account', 'aws://main/eu-west-1/stacks/web', 'account_not_linked'],
  ['an account id', 'aws://222222222222/eu-west-1/stacks/web', 'account_not_linked'],
  ['a region that is not allowed', 'aws://prod/ap-south-1/stacks/web', 'region_not_allowed'],
  ['nothing', 'x://nothing', 'unknown_resource'],
  ['a path out of its segment', 'aws://prod/eu-west-1/stacks/..', 'unknown_resource'],
  ['the template itself', stacks.uri, 'account_not_linked'],
])('of %s nothing is read, and that is audited once', async ([, asked, code]) => {
  const line = lineOf([stacks])
  await expect(line.read(asked)).rejects.toMatchObject({ code, audited: true })
  expect(line.events).toMatchObject([{ event: 'resource.read', outcome: 'deny', reason_code: code }])
  expect(line.sent).toEqual([])
})

test('the policy is asked with the access of the resource', async () => {
  const line = lineOf([resource({ access: 'sensitive-read' })])
  await expect(line.read('test://one')).rejects.toMatchObject({ code: 'insufficient_scope' })
  const suspended = grantIn('acme', { tenant: { status: 'suspended' } })
  await expect(line.read('test://one', { grant: suspended })).rejects.toMatchObject({
    code: 'tenant_suspended',
  })
  expect(line.events.map(({ outcome }) => outcome)).toEqual(['deny', 'deny'])
})

test('a read may only send what its resource declares', async () => {
  const line = lineOf([{ ...stacks, iamActions: ['ec2:DescribeOther'] }])
  await expect(line.read(uri)).rejects.toMatchObject({ code: 'internal' })
  expect(line.sent).toEqual([])
})

test('a question is audited as one, with its outcome so far', async () => {
  const asked = needInput({ who: { method: 'roots/list', params: {} } })
  const line = lineOf([resource({ read: async ({ answers }) => (answers.who ? [] : asked) })])
  expect(await line.read('test://one')).toBe(asked)
  const interaction = { ...line.base.interaction, answers: { who: {} } }
  expect(await line.read('test://one', { interaction })).toEqual({ contents: [] })
  expect(line.events.map(({ event, outcome, reason_code }) => [event, outcome, reason_code])).toEqual([
    ['resource.read', 'allow', 'input_required'],
    ['resource.read', 'allow', undefined],
  ])
  expect(line.logged.map(({ fields }) => fields)).toMatchObject([{ outcome: 'asked' }, { outcome: 'allow' }])
})

test('a resource that finds nothing under a URI of its own is unknown, and audited as itself', async () => {
  const line = lineOf([resource({ read: async () => undefined })])
  await expect(line.read('test://one')).rejects.toMatchObject({ code: 'unknown_resource', audited: true })
  expect(line.events).toMatchObject([{ reason_code: 'unknown_resource', mcp: { resource: 'test://one' } }])
})

test('a handler that throws is a fault, of which the caller learns nothing', async () => {
  const line = lineOf([resource({ read: () => Promise.reject(new Error('secret')) })])
  const error = await line.read('test://one').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(GatewayError)
  expect([String(error).includes('secret'), line.events.length]).toEqual([false, 1])
})

test('an exact URI goes before a template, and a template is not its own URI', () => {
  const [exact, template] = [resource({ uri: 'x://items/one' }), resource({ uri: 'x://items/{item}' })]
  for (const all of [
    [exact, template],
    [template, exact],
  ]) {
    expect(findResource(all, 'x://items/one')?.resource).toBe(exact)
    expect(findResource(all, 'x://items/two')).toEqual({ resource: template, variables: { item: 'two' } })
    expect(findResource(all, 'x://items/{item}')).toEqual({
      resource: template,
      variables: { item: '{item}' },
    })
  }
})

test('no secret of a resource reaches the caller, and what is no text stays as it is', async () => {
  const text = '{"name":"db","password":"hunter2"}'
  const blob = Buffer.from(text).toString('base64')
  const mimeType = 'application/json'
  const line = lineOf([
    resource({
      read: async (_context, { uri }) => [
        { uri, mimeType, text },
        { uri, mimeType, blob },
      ],
    }),
  ])
  expect(await line.read('test://one')).toEqual({
    contents: [
      { uri: 'test://one', mimeType, text: '{"name":"db","password":"[redacted]"}' },
      { uri: 'test://one', mimeType, blob },
    ],
  })
})
