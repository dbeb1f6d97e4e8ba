import { expect, test } from 'vitest'
import { loadService, servicePrefixes } from '../service-modules.ts'
import { enumFault, enumsIn, loadEnums, noEnums } from './enums.ts'
import { schemaOf } from './json-schema.ts'
import { nameOf, operationSchema } from './operation-schema.ts'
import { prepareInput } from './prepare.ts'

const operationOf = async (service: string, operation: string) =>
  operationSchema(await loadService(service), operation, await loadEnums(service))

const prepare = async (action: string, params: unknown) => {
  const [service = '', operation = ''] = action.split(':')
  return prepareInput(await operationOf(service, operation), params)
}

const propertiesOf = async (service: string, operation: string) =>
  schemaOf(await operationOf(service, operation)).properties as Record<string, Record<string, unknown>>

test.for<[given: string, meant: string | undefined]>([
  ['running', undefined],
  ['Running', 'running'],
  ['shutting_down', 'shutting-down'],
  ['runing', 'running'],
  ['runnign', 'running'],
  ['stopped!', 'stopped'],
  ['unning', undefined],
  ['hibernated', undefined],
  ['', undefined],
  ['running'.repeat(100), undefined],
])('%s means %s', ([given, meant]) => {
  const known = { name: 'State', values: ['running', 'stopped', 'shutting-down'] }
  expect(enumFault(known, given)).toBe(meant && `is not one of its values; did you mean ${meant}`)
})

test.for(['m9g.large', 'r8idn.large', 'c8gn.metal-96xl'])(
  '%s may exist, whatever it is like',
  async (type) => {
    const run = { MinCount: 1, MaxCount: 1, InstanceType: type }
    expect(await prepare('ec2:RunInstances', run)).toEqual({ input: run })
  },
)

test.for<[action: string, params: object, issue: string]>([
  [
    'ec2:RunInstances',
    { MinCount: 1, MaxCount: 1, InstanceType: 'T3.Micro' },
    'InstanceType is not one of its values; did you mean t3.micro.',
  ],
  [
    'ec2:RunInstances',
    { MinCount: 1, MaxCount: 1, TagSpecifications: [{ ResourceType: 'Instance' }] },
    'TagSpecifications[0].ResourceType is not one of its values; did you mean instance.',
  ],
  [
    'cloudwatch:GetMetricStatistics',
    {
      Namespace: 'AWS/EC2',
      MetricName: 'CPUUtilization',
      StartTime: '2026-01-31T00:00:00Z',
      EndTime: '2026-01-31T01:00:00Z',
      Period: 300,
      Statistics: ['Sum', 'average'],
    },
    'Statistics[1] is not one of its values; did you mean Average.',
  ],
  [
    'sqs:SetQueueAttributes',
    { QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/q', Attributes: { visibilityTimeout: '30' } },
    'Attributes["visibilityTimeout"] is not one of its values; did you mean VisibilityTimeout.',
  ],
])('a wrong value of %s is told', async ([action, params, issue]) => {
  expect(await prepare(action, params)).toEqual({ issues: [issue] })
})

test('a schema lists values in members, lists and keys of maps', async () => {
  const volume = await propertiesOf('ec2', 'CreateVolume')
  expect(volume.VolumeType).toMatchInlineSnapshot(`
    {
      "enum": [
        "gp2",
        "gp3",
        "io1",
        "io2",
        "sc1",
        "st1",
        "standard",
      ],
      "type": "string",
    }
  `)
  const attributes = await propertiesOf('sqs', 'SendMessage')
  expect(attributes.MessageSystemAttributes?.propertyNames).toMatchInlineSnapshot(`
    {
      "enum": [
        "AWSTraceHeader",
      ],
      "type": "string",
    }
  `)
  const alarm = await propertiesOf('cloudwatch', 'DescribeAlarms')
  expect(alarm.AlarmTypes).toMatchInlineSnapshot(`
    {
      "items": {
        "enum": [
          "CompositeAlarm",
          "LogAlarm",
          "MetricAlarm",
        ],
        "type": "string",
      },
      "type": "array",
    }
  `)
})

test('a list that nobody reads to its end is told by its start', async () => {
  const { InstanceType } = await propertiesOf('ec2', 'RunInstances')
  expect(InstanceType?.enum).toBeUndefined()
  expect(InstanceType?.description).toMatch(/^one of \d{3,4} values, such as [a-z0-9.]+(, [a-z0-9.-]+){7}$/)
})

test('names of objects are no names of structures or enums', () => {
  const of = enumsIn({ values: { E: ['a'] }, members: { S: { m: 'E', other: 'toString' } } })
  expect(of('S', 'm')).toEqual({ value: { name: 'E', values: ['a'] } })
  for (const [struct, member] of [
    ['S', 'constructor'],
    ['S', 'other'],
    ['toString', 'm'],
    ['__proto__', 'm'],
  ] as const)
    expect(of(struct, member)).toEqual({})
})

test('a service without enums has none', async () => {
  expect(await loadEnums('sts')).toBe(noEnums)
  expect(await loadEnums('constructor')).toBe(noEnums)
})

test('most services have enums, and no enum has the name of a structure of its input', async () => {
  let found = 0
  for (const service of servicePrefixes()) {
    const enums = await loadEnums(service)
    if (enums !== noEnums) found++
    const module = await loadService(service)
    for (const name of module.operations()) {
      const { input } = operationSchema(module, name, enums)
      const structs = new Set<string>()
      const names = new Set<string>()
      const visit = (schema: typeof input): void => {
        if (schema.isListSchema() || schema.isMapSchema()) visit(schema.getValueSchema())
        if (!schema.isStructSchema() || structs.has(nameOf(schema))) return
        structs.add(nameOf(schema))
        for (const [member, inner] of schema.structIterator()) {
          const { value, key } = enums(nameOf(schema), member)
          for (const each of [value, key]) if (each) names.add(each.name)
          visit(inner)
        }
      }
      visit(input)
      expect(
        [...names].filter((each) => structs.has(each)),
        name,
      ).toEqual([])
    }
  }
  expect(found).toBeGreaterThanOrEqual(50)
})
