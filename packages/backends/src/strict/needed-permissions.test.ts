import { expect, test } from 'vitest'
import { readAwsCall } from './aws-call.ts'
import { neededPermissions } from './needed-permissions.ts'

const account = '111111111111'
const region = 'eu-west-1'

const call = (
  service: string,
  request: { method?: string; url?: string; form?: string; json?: object; target?: string; copy?: string },
) => {
  const {
    method = request.form || request.json ? 'POST' : 'GET',
    url = '/',
    form,
    json,
    target,
    copy,
  } = request
  return readAwsCall({
    method,
    url,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=KEY/20260101/${region}/${service}/aws4_request, SignedHeaders=host`,
      'content-type': form === undefined ? 'application/x-amz-json-1.1' : 'application/x-www-form-urlencoded',
      ...(target !== undefined && { 'x-amz-target': target }),
      ...(copy !== undefined && { 'x-amz-copy-source': copy }),
    },
    body: Buffer.from(form ?? (json ? JSON.stringify(json) : '')),
  })
}

const needs = (...of: Parameters<typeof call>) =>
  neededPermissions(call(...of), account)?.map(({ action, resources }) => `${action} ${resources.join(' ')}`)

const b = 'arn:aws:s3:::b'
test.each([
  ['GET', '/', 's3:ListAllMyBuckets *'],
  ['GET', '/b?list-type=2&prefix=a%2F&max-keys=10', `s3:ListBucket ${b}`],
  ['GET', '/b/?list-type=2&x-id=ListObjectsV2', `s3:ListBucket ${b}`],
  ['HEAD', '/b', `s3:ListBucket ${b}`],
  ['GET', '/b?location', `s3:GetBucketLocation ${b}`],
  ['GET', '/b?versions', `s3:ListBucketVersions ${b}`],
  ['GET', '/b?uploads', `s3:ListBucketMultipartUploads ${b}`],
  ['GET', '/b?encryption', `s3:GetEncryptionConfiguration ${b}`],
  ['PUT', '/b?policy', `s3:PutBucketPolicy ${b}`],
  ['DELETE', '/b?tagging', `s3:PutBucketTagging ${b}`],
  ['PUT', '/b', `s3:CreateBucket ${b}`],
  ['DELETE', '/b', `s3:DeleteBucket ${b}`],
  ['GET', '/b/k', `s3:GetObject ${b}/k`],
  ['GET', '/b/a/b%20c//d', `s3:GetObject ${b}/a/b c//d`],
  ['GET', '/b/k?versionId=1&response-content-type=x', `s3:GetObjectVersion ${b}/k`],
  ['HEAD', '/b/k', `s3:GetObject ${b}/k`],
  ['PUT', '/b/k', `s3:PutObject ${b}/k`],
  ['PUT', '/b/k?partNumber=1&uploadId=u', `s3:PutObject ${b}/k`],
  ['DELETE', '/b/k', `s3:DeleteObject ${b}/k`],
  ['DELETE', '/b/k?versionId=1', `s3:DeleteObjectVersion ${b}/k`],
  ['DELETE', '/b/k?uploadId=u', `s3:AbortMultipartUpload ${b}/k`],
  ['GET', '/b/k?tagging', `s3:GetObjectTagging ${b}/k`],
  ['GET', '/b/k?versionId=1&acl', `s3:GetObjectVersionAcl ${b}/k`],
])('S3 %s %s needs %s', (method, url, expected) => {
  expect(needs('s3', { method, url })).toEqual([expected])
})

test.each([
  ['POST', '/b?delete'],
  ['GET', '/b?intelligent-tiering&id=x'],
  ['GET', '/b/k?torrent'],
  ['POST', '/b/k?select&select-type=2'],
  ['POST', '/b'],
  ['PUT', '/'],
])('S3 %s %s is not known', (method, url) => {
  expect(needs('s3', { method, url })).toBeUndefined()
})

test('a copy also reads, and an object of a version reads that', () => {
  const copy = (source: string) => needs('s3', { method: 'PUT', url: '/b/k', copy: source })
  expect(copy('/c/from%20here')).toEqual([`s3:PutObject ${b}/k`, 's3:GetObject arn:aws:s3:::c/from here'])
  expect(copy('c/x?versionId=7')?.[1]).toBe('s3:GetObjectVersion arn:aws:s3:::c/x')
})

const f = `arn:aws:lambda:${region}:${account}:function`
test.each([
  ['GET', '/2015-03-31/functions/', 'lambda:ListFunctions *'],
  ['GET', '/2015-03-31/functions/f', `lambda:GetFunction ${f}:f`],
  [
    'GET',
    '/2015-03-31/functions/arn%3Aaws%3Alambda%3Ax%3A1%3Afunction%3Af',
    'lambda:GetFunction arn:aws:lambda:x:1:function:f',
  ],
  ['POST', '/2015-03-31/functions/f/invocations', `lambda:InvokeFunction ${f}:f`],
  ['PUT', '/2015-03-31/functions/f/code', `lambda:UpdateFunctionCode ${f}:f`],
  ['DELETE', '/2015-03-31/functions/f', `lambda:DeleteFunction ${f}:f`],
  ['POST', '/2015-03-31/functions', 'lambda:CreateFunction unknown'],
  ['GET', '/2017-10-31/functions/f/concurrency/more', undefined],
  ['POST', '/2015-03-31/functions/f/policy', undefined],
])('Lambda %s %s needs %s', (method, url, expected) => {
  expect(needs('lambda', { method, url })).toEqual(expected && [expected])
})

const ec2 = `arn:aws:ec2:${region}:${account}`
test.each([
  ['ec2', 'Action=DescribeInstances&InstanceId.1=i-1', 'ec2:DescribeInstances *'],
  [
    'ec2',
    'Action=StopInstances&InstanceId.1=i-1&InstanceId.2=i-2',
    `ec2:StopInstances ${ec2}:instance/i-1 ${ec2}:instance/i-2`,
  ],
  ['ec2', 'Action=ModifyInstanceAttribute&InstanceId=i-1', `ec2:ModifyInstanceAttribute ${ec2}:instance/i-1`],
  [
    'ec2',
    'Action=RunInstances&ImageId=ami-1',
    `ec2:RunInstances arn:aws:ec2:${region}::image/ami-1 ${ec2}:instance/* ${ec2}:network-interface/* ${ec2}:volume/*`,
  ],
  ['ec2', 'Action=CreateVpc', 'ec2:CreateVpc unknown'],
  [
    'cloudformation',
    'Action=DescribeStacks',
    `cloudformation:DescribeStacks arn:aws:cloudformation:${region}:${account}:stack/*`,
  ],
  [
    'cloudformation',
    'Action=DeleteStack&StackName=s',
    `cloudformation:DeleteStack arn:aws:cloudformation:${region}:${account}:stack/s/*`,
  ],
  ['cloudformation', 'Action=ListStacks', 'cloudformation:ListStacks *'],
  ['iam', 'Action=GetRole&RoleName=r', `iam:GetRole arn:aws:iam::${account}:role/r`],
  ['sns', 'Action=Publish&TopicArn=arn:t', 'sns:Publish arn:t'],
  ['monitoring', 'Action=DescribeAlarms', 'cloudwatch:DescribeAlarms *'],
  ['elasticache', 'Action=DescribeCacheClusters', 'elasticache:DescribeCacheClusters unknown'],
  ['sts', 'Action=GetCallerIdentity', 'sts:GetCallerIdentity *'],
])('%s %s needs %s', (service, form, expected) => {
  expect(needs(service, { form })).toEqual([expected])
})

test.each([
  [
    'logs',
    'Logs_20140328.FilterLogEvents',
    { logGroupName: '/a' },
    `logs:FilterLogEvents arn:aws:logs:${region}:${account}:log-group:/a:*`,
  ],
  ['logs', 'Logs_20140328.DescribeLogGroups', {}, 'logs:DescribeLogGroups *'],
  [
    'monitoring',
    'GraniteServiceVersion20100801.DeleteAlarms',
    { AlarmNames: ['x', 'y'] },
    `cloudwatch:DeleteAlarms arn:aws:cloudwatch:${region}:${account}:alarm:x arn:aws:cloudwatch:${region}:${account}:alarm:y`,
  ],
  [
    'dynamodb',
    'DynamoDB_20120810.GetItem',
    { TableName: 't' },
    `dynamodb:GetItem arn:aws:dynamodb:${region}:${account}:table/t`,
  ],
  [
    'sqs',
    'AmazonSQS.SendMessage',
    { QueueUrl: 'http://x/1/q' },
    `sqs:SendMessage arn:aws:sqs:${region}:${account}:q`,
  ],
  ['dynamodb', 'DynamoDB_20120810.GetItem', { TableName: 7 }, 'dynamodb:GetItem unknown'],
])('%s %s %j needs %s', (service, target, json, expected) => {
  expect(needs(service, { target, json })).toEqual([expected])
})

test('a presigned URL is signed with the key that is in it', () => {
  const url = `/b/k?X-Amz-Credential=KEY%2F20260101%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Security-Token=t&X-Amz-Signature=x`
  const read = readAwsCall({ method: 'GET', url, headers: {}, body: Buffer.alloc(0) })
  expect(read).toMatchObject({ accessKeyId: 'KEY', sessionToken: 't', service: 's3', region: 'eu-west-1' })
  expect(neededPermissions(read, account)).toEqual([{ action: 's3:GetObject', resources: [`${b}/k`] }])
})

test.each([
  [
    'budgets',
    'AWSBudgetServiceGateway.DescribeBudgets',
    `budgets:ViewBudget arn:aws:budgets::${account}:budget/*`,
  ],
  ['ce', 'AWSInsightsIndexService.GetCostAndUsage', 'ce:GetCostAndUsage *'],
  ['servicequotas', 'ServiceQuotasV20190624.ListServiceQuotas', 'servicequotas:ListServiceQuotas *'],
  ['tagging', 'ResourceGroupsTaggingAPI_20170126.GetResources', 'tag:GetResources *'],
])('%s %s needs %s', (service, target, expected) => {
  expect(needs(service, { target, json: {} })).toEqual([expected])
})
