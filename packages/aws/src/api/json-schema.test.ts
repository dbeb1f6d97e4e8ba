import { expect, test } from 'vitest'
import { loadService } from '../service-modules.ts'
import { schemaOf } from './json-schema.ts'
import { operationSchema } from './operation-schema.ts'

const schemaOfOperation = async (service: string, operation: string) =>
  schemaOf(operationSchema(await loadService(service), operation))

test('required members, times, and what repeats a request harmlessly', async () => {
  expect(await schemaOfOperation('cloudtrail', 'LookupEvents')).toMatchInlineSnapshot(`
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "additionalProperties": false,
      "properties": {
        "EndTime": {
          "format": "date-time",
          "type": "string",
        },
        "EventCategory": {
          "type": "string",
        },
        "LookupAttributes": {
          "items": {
            "additionalProperties": false,
            "properties": {
              "AttributeKey": {
                "type": "string",
              },
              "AttributeValue": {
                "type": "string",
              },
            },
            "required": [
              "AttributeKey",
              "AttributeValue",
            ],
            "type": "object",
          },
          "type": "array",
        },
        "MaxResults": {
          "type": "number",
        },
        "NextToken": {
          "type": "string",
        },
        "StartTime": {
          "format": "date-time",
          "type": "string",
        },
      },
      "type": "object",
    }
  `)
  const { required, properties } = await schemaOfOperation('scheduler', 'CreateSchedule')
  expect(required).toMatchInlineSnapshot(`
    [
      "Name",
      "ScheduleExpression",
      "Target",
      "FlexibleTimeWindow",
    ]
  `)
  expect(properties).toHaveProperty('ClientToken')
})

test('a union takes one member, and a shape within itself is a reference', async () => {
  expect(await schemaOfOperation('dynamodb', 'PutItem')).toMatchObject({
    properties: { Item: { type: 'object', additionalProperties: { $ref: '#/$defs/AttributeValue' } } },
    $defs: {
      AttributeValue: {
        minProperties: 1,
        maxProperties: 1,
        additionalProperties: false,
        properties: {
          S: { type: 'string' },
          B: { $ref: '#/$defs/$bytes' },
          L: { type: 'array', items: { $ref: '#/$defs/AttributeValue' } },
        },
      },
    },
  })
})

test('parts of the address may not be empty; the length of a body is not for the caller to say', async () => {
  const { properties, $defs, required } = await schemaOfOperation('s3', 'PutObject')
  expect(properties).toMatchObject({
    Key: { type: 'string', minLength: 1 },
    Body: { $ref: '#/$defs/$content' },
  })
  expect(properties).not.toHaveProperty('ContentLength')
  expect(required).toEqual(['Bucket', 'Key'])
  expect($defs).toMatchInlineSnapshot(`
    {
      "$content": {
        "additionalProperties": false,
        "maxProperties": 1,
        "minProperties": 1,
        "properties": {
          "base64": {
            "contentEncoding": "base64",
            "type": "string",
          },
          "text": {
            "type": "string",
          },
        },
        "type": "object",
      },
    }
  `)
})

test('an operation without input takes an empty object', async () => {
  expect(await schemaOfOperation('sts', 'GetCallerIdentity')).toMatchObject({
    type: 'object',
    properties: {},
    additionalProperties: false,
  })
})

test('what is no operation has no schema', async () => {
  const ec2 = await loadService('ec2')
  for (const name of ['DescribeInstance', 'Tag', 'describeInstances', '__proto__', 'constructor', '']) {
    expect(() => operationSchema(ec2, name), name).toThrow('has no schema of')
  }
})
