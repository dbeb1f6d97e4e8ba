import { expect, test } from 'vitest'
import { reader } from '../testing/grant.ts'
import { queryAws } from '../testing/query-aws.ts'
import { reading } from '../testing/reading.ts'
import { stackId, stackIn } from '../testing/stack-answers.ts'
import { toolLine } from '../testing/tool-line.ts'
import { cloudformationStack } from './stack-resource.ts'

test('a stack as a document: its record and its resources', async () => {
  const Outputs = [{ OutputKey: 'DbPassword', OutputValue: 'hunter2' }]
  await using aws = await queryAws(
    ['DescribeStacks StackName=web', stackIn('CREATE_COMPLETE', { Outputs })],
    [
      `ListStackResources StackName=${stackId}`,
      {
        StackResourceSummaries: [
          {
            LogicalResourceId: 'Db',
            ResourceType: 'AWS::RDS::DBInstance',
            ResourceStatus: 'CREATE_COMPLETE',
          },
        ],
      },
    ],
  )
  const { data } = await toolLine(reading(cloudformationStack, { name: 'web' }), aws).run()
  expect(data).toMatchInlineSnapshot(`
    {
      "created": "2026-01-02T03:04:05.000Z",
      "name": "web",
      "outputs": {
        "DbPassword": "[redacted]",
      },
      "parameters": {},
      "resources": [
        {
          "logicalId": "Db",
          "status": "CREATE_COMPLETE",
          "type": "AWS::RDS::DBInstance",
        },
      ],
      "stackId": "arn:aws:cloudformation:eu-west-1:111111111111:stack/web/0b5e0000",
      "status": "CREATE_COMPLETE",
      "tags": {},
    }
  `)
})

test.for(['a_b', stackId, 'x'.repeat(129), ''])('%s is no stack, and AWS is not asked', async (name) => {
  await using aws = await queryAws()
  expect((await toolLine(reading(cloudformationStack, { name }), aws).run()).data).toBeNull()
})

test('a stack that is not there is none, and any other refusal is one', async () => {
  await using aws = await queryAws(
    ['DescribeStacks StackName=web', 'ValidationError'],
    ['DescribeStacks StackName=web', 'AccessDenied'],
  )
  const line = toolLine(reading(cloudformationStack, { name: 'web' }), aws)
  expect((await line.run()).data).toBeNull()
  expect((await line.run()).error.aws.code).toContain('AccessDenied')
})

test('accounts and regions of the caller are suggested', () => {
  const { account, region } = cloudformationStack.complete ?? {}
  expect(account?.(reader, 'p', {})).toEqual(['prod'])
  expect(region?.(reader, '', {})).toEqual(['eu-west-1', 'us-east-1'])
  expect(region?.(reader, 'us', {})).toEqual(['us-east-1'])
})
