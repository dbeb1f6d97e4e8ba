import { type AnyTool, cursorCodec, type Grant, offerOf } from '@gateway/domain'
import { expect, test } from 'vitest'
import { type Catalogue, createCatalogue } from './catalogue.ts'
import { grantOfCaller, readTenants } from './testing/grants.ts'
import { sampleTools } from './testing/sample-tools.ts'

/** A catalogue of the sample tools, and how often one of them was described. */
const counted = () => {
  let described = 0
  const tools = sampleTools.map((tool) => ({
    ...tool,
    get description() {
      described++
      return tool.description
    },
  }))
  return {
    catalogue: catalogueOf(tools),
    described: () => described,
  }
}

const catalogueOf = (tools: readonly AnyTool[]) => {
  const offer = offerOf({ tools })
  return createCatalogue({ offerOf: () => offer, cursors })
}

const cursors = cursorCodec([Buffer.alloc(32)], Date.now)

const toolsIn = (catalogue: Catalogue, grant: Grant) =>
  JSON.stringify(JSON.parse(`{${catalogue.page('tools', grant)?.members}}`).tools)

const namesIn = (json: string) => JSON.parse(json).map(({ name }: { name: string }) => name)

test('a caller sees what it may use, in the order of names', () => {
  const { catalogue } = counted()
  expect(namesIn(toolsIn(catalogue, grantOfCaller()))).toEqual(['aws_ec2_list_things'])
  const writer = grantOfCaller({ scopes: ['aws:read', 'aws:write'] })
  expect(namesIn(toolsIn(catalogue, writer))).toEqual(['aws_ec2_list_things', 'aws_ec2_remove_thing'])
  expect(namesIn(toolsIn(catalogue, grantOfCaller({ scopes: [] })))).toEqual([])
  // Again, now that all of them are kept.
  expect(namesIn(toolsIn(catalogue, grantOfCaller()))).toEqual(['aws_ec2_list_things'])
})

test('a list is rendered once for all who see the same', () => {
  const { catalogue, described } = counted()
  const lists = ['ann', 'bob', 'ann'].map((subject) => toolsIn(catalogue, grantOfCaller({ subject })))
  expect(new Set(lists).size).toBe(1)
  expect(described()).toBe(1)
})

test('a list is never shared between tenants, not even where nothing tells them apart', () => {
  const { catalogue } = counted()
  const [acme, globex] = ['acme', 'globex'].map((tenantId) => toolsIn(catalogue, grantOfCaller({ tenantId })))
  expect(acme).toContain('acme-one')
  expect(acme).not.toContain('globex')
  expect(globex).toContain('globex-one')
  expect(globex).not.toContain('acme')
  const twin = { ...grantOfCaller({ tenantId: 'globex' }), catalogueKey: grantOfCaller().catalogueKey }
  expect(toolsIn(catalogue, twin)).toBe(globex)
})

test('a tenant that was read anew gets its list anew', () => {
  const { catalogue, described } = counted()
  const before = grantOfCaller()
  toolsIn(catalogue, before)
  const after = grantOfCaller({ tenants: readTenants() })
  expect(after.catalogueKey).toBe(before.catalogueKey)
  after.tenant.permissions.allowedServices = ['s3']
  expect(namesIn(toolsIn(catalogue, after))).toEqual([])
  expect(described()).toBe(1)
})

test('a tool added to the list later is not there', () => {
  const tools = sampleTools.slice(0, 1)
  const catalogue = catalogueOf(tools)
  const late = sampleTools[1]
  if (late) tools.push(late)
  expect(namesIn(toolsIn(catalogue, grantOfCaller({ scopes: ['aws:read', 'aws:write'] })))).toHaveLength(1)
})

test('a page for the answers of tools is not listed: nobody chooses it', () => {
  const page = {
    name: 'page',
    title: 'Page',
    description: '',
    mimeType: 'text/html',
    access: 'read' as const,
  }
  const of = (uri: string) => ({ ...page, uri, iamActions: [], read: async () => [] })
  const offer = offerOf({ tools: [], resources: [of('ui://acme/page'), of('aws://page')] })
  const members = createCatalogue({ offerOf: () => offer, cursors }).page(
    'resources',
    grantOfCaller(),
  )?.members
  expect(JSON.parse(`{${members}}`).resources).toMatchObject([{ uri: 'aws://page' }])
})
