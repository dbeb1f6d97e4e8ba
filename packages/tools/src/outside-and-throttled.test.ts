import type { AnyTool } from '@gateway/domain'
import { expect, test } from 'vitest'
import { ec2ControlInstance } from './ec2/control-instance.ts'
import { ec2DescribeInstances } from './ec2/describe-instances.ts'
import { ec2LaunchInstances } from './ec2/launch-instances.ts'
import { ec2ModifyInstance } from './ec2/modify-instance.ts'
import { lambdaInvoke } from './lambda/invoke.ts'
import { lambdaListFunctions } from './lambda/list-functions.ts'
import { s3DeleteObject } from './s3/delete-object.ts'
import { s3GetObject } from './s3/get-object.ts'
import { s3ListBuckets } from './s3/list-buckets.ts'
import { s3ListObjects } from './s3/list-objects.ts'
import { s3PutObject } from './s3/put-object.ts'
import { answeringAws, type CannedAnswer, cannedAws } from './testing/canned-aws.ts'
import { ec2Error, id } from './testing/ec2-answers.ts'
import { operator } from './testing/grant.ts'
import { toolLine } from './testing/tool-line.ts'

const slowEc2 = ec2Error(503, 'RequestLimitExceeded')
const slowS3: CannedAnswer = {
  status: 503,
  headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'aws-request-9' },
  body: '<Error><Code>SlowDown</Code><Message>No.</Message><RequestId>aws-request-9</RequestId></Error>',
}
const slowLambda: CannedAnswer = {
  status: 429,
  headers: { 'x-amzn-errortype': 'TooManyRequestsException', 'x-amzn-requestid': 'aws-request-9' },
  body: '{}',
}

const object = { bucket: 'reports', key: 'a' }
const image = 'ami-0123456789abcdef0'

/** Each tool with a call that would be right, and how its service says that it was asked too often. */
const calls: readonly (readonly [AnyTool, object, CannedAnswer, string])[] = [
  [ec2DescribeInstances, {}, slowEc2, 'RequestLimitExceeded'],
  [ec2ControlInstance, { instanceId: id, action: 'start' }, slowEc2, 'RequestLimitExceeded'],
  [ec2ModifyInstance, { instanceId: id, instanceType: 't3.small' }, slowEc2, 'RequestLimitExceeded'],
  [
    ec2LaunchInstances,
    { imageId: image, instanceType: 't3.micro', count: 1 },
    slowEc2,
    'RequestLimitExceeded',
  ],
  [s3ListBuckets, {}, slowS3, 'SlowDown'],
  [s3ListObjects, { bucket: 'reports' }, slowS3, 'SlowDown'],
  [s3GetObject, object, slowS3, 'SlowDown'],
  [s3PutObject, { ...object, body: 'x' }, slowS3, 'SlowDown'],
  [lambdaListFunctions, {}, slowLambda, 'TooManyRequestsException'],
  [lambdaInvoke, { functionName: 'resize' }, slowLambda, 'TooManyRequestsException'],
]
const named = calls.map(([tool, ...rest]) => [tool.name, tool, ...rest] as const)

test.for(named)(
  '%s: a throttled request is a refusal of AWS with its code',
  async ([, tool, args, slow, code]) => {
    await using aws = await answeringAws(() => slow)
    const line = toolLine(tool, aws, { as: operator })
    const { error, isError } = await line.run({ account: 'prod', ...args })
    expect([isError, error.code, error.aws]).toEqual([
      true,
      'aws_error',
      { code, requestId: 'aws-request-9' },
    ])
    expect(line.events).toMatchObject([{ outcome: 'error', reason_code: 'aws_error' }])
  },
)

const everyCall = [...named, [s3DeleteObject.name, s3DeleteObject, object] as const]

test.for(everyCall)(
  '%s: a region that the tenant does not allow is refused before AWS is asked',
  async ([, tool, args]) => {
    await using aws = await cannedAws()
    const line = toolLine(tool, aws, { as: operator })
    for (const region of ['ap-south-1', 'eu-west-1.evil.example', 'EU-WEST-1', '']) {
      expect([region, (await line.run({ account: 'prod', ...args, region })).error?.code]).toEqual([
        region,
        'region_not_allowed',
      ])
    }
    expect(line.events).toHaveLength(4)
  },
)
