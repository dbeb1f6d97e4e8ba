import { expect, test } from 'vitest'
import { z } from 'zod'
import { type JsonSchema, schemaPart } from './schema-part.ts'

const leaf = { type: 'string' }
const object = (properties: Record<string, JsonSchema>, more = {}): JsonSchema => ({
  type: 'object',
  properties,
  ...more,
  additionalProperties: false,
})
const many = (prefix: string): Record<string, JsonSchema> =>
  Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`${prefix}${at}`, leaf]))

const root: JsonSchema = {
  ...object(
    {
      Name: leaf,
      Kind: { $ref: '#/$defs/Kind' },
      Nodes: { type: 'object', additionalProperties: { $ref: '#/$defs/Node' } },
      Steps: {
        type: 'array',
        items: object({ Kind: { $ref: '#/$defs/Kind' }, Deep: object(many('Member')) }),
      },
    },
    { required: ['Name', 'Steps'] },
  ),
  $defs: {
    Kind: { type: 'string', enum: ['a', 'b'] },
    Node: object({ Child: { $ref: '#/$defs/Node' }, Source: object(many('Option')) }),
  },
}
const lengthOf = (schema: object) => JSON.stringify(schema).length
const isValid = (schema: JsonSchema, value: unknown) =>
  z.fromJSONSchema(schema as never).safeParse(value).success

test('what fits is shown as it is', () => {
  expect(schemaPart(root, undefined, 100_000)).toEqual({ schema: root, leftOut: [] })
})

test('what does not fit loses its deepest objects, and says which', () => {
  const part = schemaPart(root, undefined, 1_500)
  expect(part?.leftOut).toEqual(['Steps.Deep', 'Nodes.Child', 'Nodes.Source'])
  expect(part?.schema).toMatchInlineSnapshot(`
    {
      "$defs": {
        "Kind": {
          "enum": [
            "a",
            "b",
          ],
          "type": "string",
        },
        "Node": {
          "additionalProperties": false,
          "properties": {
            "Child": {
              "description": "left out; ask again with path Nodes.Child",
              "type": "object",
            },
            "Source": {
              "description": "left out; ask again with path Nodes.Source",
              "type": "object",
            },
          },
          "type": "object",
        },
      },
      "additionalProperties": false,
      "properties": {
        "Kind": {
          "$ref": "#/$defs/Kind",
        },
        "Name": {
          "type": "string",
        },
        "Nodes": {
          "additionalProperties": {
            "$ref": "#/$defs/Node",
          },
          "type": "object",
        },
        "Steps": {
          "items": {
            "additionalProperties": false,
            "properties": {
              "Deep": {
                "description": "left out; ask again with path Steps.Deep",
                "type": "object",
              },
              "Kind": {
                "$ref": "#/$defs/Kind",
              },
            },
            "type": "object",
          },
          "type": "array",
        },
      },
      "required": [
        "Name",
        "Steps",
      ],
      "type": "object",
    }
  `)
  expect(lengthOf(part?.schema ?? {})).toBeLessThan(1_500)
})

test.for([5_000, 3_000, 1_500, 700, 500, 100])('within %i characters it is a schema', (most) => {
  const { schema = {} } = schemaPart(root, undefined, most) ?? {}
  expect(lengthOf(schema)).toBeLessThanOrEqual(most)
  expect(isValid(schema, { Name: 'n', Steps: [{ Deep: { Member1: 'x' } }] })).toBe(true)
})

test('a member alone, behind lists, maps and references', () => {
  expect(schemaPart(root, 'Steps.Deep', 5_000)).toEqual({ schema: object(many('Member')), leftOut: [] })
  expect(schemaPart(root, 'Nodes.Child.Child.Source', 5_000)?.schema).toEqual(object(many('Option')))
  expect(schemaPart(root, 'Kind', 5_000)?.schema).toEqual({
    $ref: '#/$defs/Kind',
    $defs: { Kind: { type: 'string', enum: ['a', 'b'] } },
  })
  const node = schemaPart(root, 'Nodes', 5_000)?.schema
  expect(Object.keys(node?.$defs ?? {})).toEqual(['Node'])
})

test('what a part leaves out is asked for by its whole path', () => {
  const { leftOut = [] } = schemaPart(root, 'Steps', 300) ?? {}
  expect(leftOut).toEqual(['Steps.Deep'])
  for (const path of leftOut) expect(schemaPart(root, path, 5_000)?.leftOut).toEqual([])
})

test.for(['Nothing', 'Name.Length', 'Steps.0', '', 'constructor', 'Nodes.__proto__', '$defs'])(
  'there is no %s',
  (path) => {
    expect(schemaPart(root, path, 5_000)).toBeUndefined()
  },
)
