import { expect, test } from 'vitest'
import { z } from 'zod'
import { describeTool } from './describe-tool.ts'
import { GatewayError } from './errors.ts'
import { formatAnswer, formatError } from './format.ts'
import { listThings, removeThing } from './testing/sample-tools.ts'
import { grantIn } from './testing/tenants.ts'
import type { OperationClass } from './tool.ts'

test('a tool as its caller sees it', () => {
  const { outputSchema: _, ...shown } = describeTool(listThings, grantIn('acme'))
  expect(shown).toMatchInlineSnapshot(`
    {
      "annotations": {
        "destructiveHint": false,
        "idempotentHint": true,
        "openWorldHint": true,
        "readOnlyHint": true,
        "title": "List things",
      },
      "description": "Lists things of one account and region.",
      "inputSchema": {
        "additionalProperties": false,
        "properties": {
          "account": {
            "description": "default prod",
            "enum": [
              "prod",
              "dev",
            ],
            "type": "string",
          },
          "fields": {
            "description": "columns",
            "items": {
              "type": "string",
            },
            "type": "array",
          },
          "filter": {
            "type": "string",
          },
          "region": {
            "enum": [
              "eu-west-1",
              "us-east-1",
            ],
            "type": "string",
          },
          "token": {
            "type": "string",
          },
        },
        "type": "object",
      },
      "name": "aws_ec2_list_things",
      "title": "List things",
    }
  `)
})

test('where there is no choice, none is offered', () => {
  const { inputSchema } = describeTool(removeThing, grantIn('globex'))
  expect(inputSchema).toEqual({
    type: 'object',
    properties: { id: { type: 'string' } },
    required: ['id'],
    additionalProperties: false,
  })
})

test('account and region are offered each on its own', () => {
  const { permissions, accounts } = grantIn('acme').tenant
  const fields = (tenant: Parameters<typeof grantIn>[1]) =>
    Object.keys(describeTool(removeThing, grantIn('acme', tenant)).inputSchema.properties ?? {})
  expect(fields({ tenant: { permissions: { ...permissions, allowedRegions: ['eu-west-1'] } } })).toEqual([
    'id',
    'account',
  ])
  expect(fields({ tenant: { accounts: accounts.slice(0, 1) } })).toEqual(['id', 'region'])
})

test('what a tool says of its input as a whole is kept, and its dialect only where it says one', () => {
  const said = { $schema: 'https://json-schema.org/draft/2020-12/schema', if: { required: ['id'] } }
  const input = removeThing.input.meta(said)
  expect(describeTool({ ...removeThing, input }, grantIn('acme')).inputSchema).toMatchObject({
    ...said,
    properties: { id: {}, account: {} },
  })
  expect(describeTool(removeThing, grantIn('acme')).inputSchema).not.toHaveProperty('$schema')
})

test("two tenants never see each other's names", () => {
  for (const tool of [listThings, removeThing]) {
    const [acme, globex] = [grantIn('acme'), grantIn('globex')].map((grant) =>
      JSON.stringify(describeTool(tool, grant)),
    )
    expect(acme).toContain('"prod"')
    expect(acme).not.toMatch(/main|globex|2{12}/i)
    expect(globex).not.toMatch(/prod|dev|acme|1{11}|us-east-1/i)
  }
})

test('neither ARNs nor ExternalIds nor account ids are shown', () => {
  expect(JSON.stringify(describeTool(listThings, grantIn('acme')))).not.toMatch(/arn:|external|\d{12}/i)
})

test.for<[OperationClass, boolean, boolean]>([
  ['read', true, false],
  ['sensitive-read', true, false],
  ['write', false, true],
  ['destructive', false, true],
  ['permissions', false, true],
  ['spend', false, false],
])('class %s: read-only %s, destructive %s', ([access, readOnlyHint, destructiveHint]) => {
  const { annotations } = describeTool({ ...removeThing, access }, grantIn('acme'))
  expect(annotations).toEqual({
    title: 'Remove a thing',
    readOnlyHint,
    destructiveHint,
    idempotentHint: false,
    openWorldHint: true,
  })
})

test('what a call answers fits the schema that was shown, refusals too', () => {
  const schema = z.fromJSONSchema(describeTool(listThings, grantIn('acme')).outputSchema as never)
  const receipt = {
    tenant: 'acme',
    account: 'prod',
    accountId: '111111111111',
    role: 'arn:aws:iam::111111111111:role/mcp-gateway-read',
    region: 'eu-west-1',
    action: 'ec2:DescribeThings',
    class: 'read',
    decisionId: 'd',
  }
  const cursor = { field: 'token', value: 'sealed' }
  const answer = formatAnswer({ data: { things: [{ name: 'one' }] }, nextPage: cursor }, receipt)
  const refusal = formatError(
    new GatewayError('aws_error', 'No.', {
      details: { aws: { code: 'X' }, issues: ['y'], retryAfterSeconds: 1 },
    }),
    'd',
  )
  for (const { structured } of [answer, refusal]) expect(schema.safeParse(structured).error).toBeUndefined()
  for (const wrong of [{ data: { things: 'one' } }, { untrusted: false }, { receipt: { tenant: 7 } }]) {
    expect([wrong, schema.safeParse({ ...answer.structured, ...wrong }).success]).toEqual([wrong, false])
  }
})

test('the page that shows the answers of a tool is named, for clients with MCP Apps', () => {
  expect(describeTool(listThings, grantIn('acme'))).not.toHaveProperty('_meta')
  const shown = describeTool({ ...listThings, view: 'ui://acme/things' }, grantIn('acme'))
  expect(shown._meta).toEqual({ ui: { resourceUri: 'ui://acme/things' } })
})
