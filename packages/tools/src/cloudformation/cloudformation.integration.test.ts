import type { AnyTool } from '@gateway/domain'
import { expect, inject, test } from 'vitest'
import { agreedTool } from '../testing/agreed-tool.ts'
import { operator } from '../testing/grant.ts'
import { sdkService } from '../testing/sdk-service.ts'
import { toolLine } from '../testing/tool-line.ts'
import { cloudformationCreateStack } from './create-stack.ts'
import { cloudformationDeleteStack } from './delete-stack.ts'
import { cloudformationDescribeStacks } from './describe-stacks.ts'
import { cloudformationUpdateStack } from './update-stack.ts'
import { cloudformationValidateTemplate } from './validate-template.ts'

const account = { account: 'prod' }

const template = (queues: readonly string[]) =>
  JSON.stringify({
    AWSTemplateFormatVersion: '2010-09-09',
    Parameters: {
      Prefix: { Type: 'String', Default: 'q' },
      DbPassword: { Type: 'String', NoEcho: true },
    },
    Resources: Object.fromEntries(
      queues.map((name) => [
        name,
        {
          Type: 'AWS::SQS::Queue',
          Properties: {
            QueueName: { 'Fn::Sub': `\${Prefix}-${name}` },
            Tags: [{ Key: 'Checksum', Value: { Ref: 'DbPassword' } }],
          },
        },
      ]),
    ),
    Outputs: Object.fromEntries(queues.map((name) => [`${name}Url`, { Value: { Ref: name } }])),
  })

const call = (tool: AnyTool, args: Record<string, unknown>) => {
  const aws = { url: inject('awsUrl'), async [Symbol.asyncDispose]() {} }
  return toolLine(agreedTool(tool), aws, { as: operator, timeout: 20_000 }).run({ ...account, ...args })
}

const put = async (Bucket: string, Key: string, Body: string) => {
  const { client, command } = await sdkService('s3')
  const credentials = { accessKeyId: 'ASIACANNED', secretAccessKey: 'none' }
  const s3 = client({ endpoint: inject('awsUrl'), region: 'eu-west-1', credentials, forcePathStyle: true })
  const abortSignal = new AbortController().signal
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' }
  await s3.send(command('CreateBucket', { Bucket, CreateBucketConfiguration }) as object, { abortSignal })
  await s3.send(command('PutObject', { Bucket, Key, Body }) as object, { abortSignal })
}

test('a stack from a template in S3: validated, planned, made, changed, described, deleted', async () => {
  const id = crypto.randomUUID().slice(0, 8)
  const stackName = `web-${id}`
  const source = { templateBucket: `templates-${id}`, templateKey: 'stacks/web.json' }
  await put(source.templateBucket, source.templateKey, template([`A${id}`]))

  const validated = await call(cloudformationValidateTemplate, source)
  expect(validated.text).not.toContain('AWS refused')
  expect(validated.data).toMatchObject({
    resourceTypes: ['AWS::SQS::Queue'],
    parameters: [
      { name: 'Prefix', default: 'q' },
      { name: 'DbPassword', noEcho: true },
    ],
  })

  const parameters = [
    { parameterKey: 'Prefix', parameterValue: `p-${id}` },
    { parameterKey: 'DbPassword', parameterValue: 'hunter2' },
  ]
  const wanted = { stackName, ...source, parameters, tags: [{ key: 'Owner', value: 'ann' }] }
  const planned = await call(cloudformationCreateStack, wanted)
  expect(planned.data).toEqual({
    stackName,
    state: 'planned',
    changes: [{ action: 'Add', logicalId: `A${id}`, type: 'AWS::SQS::Queue' }],
  })
  // A plan leaves nothing behind.
  const absent = await call(cloudformationDescribeStacks, { stackName })
  expect(absent.error).toMatchObject({ code: 'aws_error', aws: { code: 'ValidationError' } })

  const made = await call(cloudformationCreateStack, { ...wanted, mode: 'apply' })
  expect(made.data).toMatchObject({ stackName, state: 'done', status: 'CREATE_COMPLETE', resourcesDone: 1 })
  expect(made.data.outputs).toEqual({ [`A${id}Url`]: expect.stringContaining(`/p-${id}-A${id}`) })
  expect((await call(cloudformationCreateStack, wanted)).error).toMatchObject({ code: 'invalid_arguments' })

  const kept = parameters.map(({ parameterKey }) => ({ parameterKey, usePreviousValue: true }))
  const changed = { stackName, templateBody: template([`A${id}`, `B${id}`]), parameters: kept }
  const change = await call(cloudformationUpdateStack, changed)
  expect(change.data).toMatchObject({ state: 'planned' })
  expect(change.data.changes).toContainEqual({ action: 'Add', logicalId: `B${id}`, type: 'AWS::SQS::Queue' })
  const updated = await call(cloudformationUpdateStack, { ...changed, mode: 'apply' })
  expect(updated.data).toMatchObject({ state: 'done', status: 'UPDATE_COMPLETE' })
  expect(Object.keys(updated.data.outputs)).toEqual([`A${id}Url`, `B${id}Url`])

  const described = await call(cloudformationDescribeStacks, {
    stackName,
    include: ['events', 'resources', 'template'],
  })
  expect(described.data.stacks).toMatchObject([{ name: stackName, tags: { Owner: 'ann' } }])
  expect(described.data.resources).toHaveLength(2)
  expect(described.data.events[0]).toMatchObject({ logicalId: stackName, status: 'UPDATE_COMPLETE' })
  expect(described.data.body).toContain(`B${id}`)

  const deletion = await call(cloudformationDeleteStack, { stackName })
  expect(deletion.data).toMatchObject({
    state: 'planned',
    changes: [
      { action: 'Remove', logicalId: `A${id}` },
      { action: 'Remove', logicalId: `B${id}` },
    ],
  })
  const deleted = await call(cloudformationDeleteStack, { stackName, mode: 'apply' })
  expect(deleted.data).toMatchObject({ state: 'done', status: 'DELETE_COMPLETE' })
  expect((await call(cloudformationDescribeStacks, {})).text).not.toContain(stackName)
})
