import { expect, test } from 'vitest'
import { readAwsRequest } from './aws-request.ts'

const headersFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=ASIA1/20260102/eu-west-1/${service}/aws4_request, SignedHeaders=host`,
  'x-amz-date': '20260102T030405Z',
  'content-type': service === 's3' ? 'text/plain' : 'application/x-www-form-urlencoded; charset=utf-8',
})

test('an object that is put is known by its key', () => {
  const put = {
    method: 'PUT',
    path: '/bucket/a%20b?x-id=PutObject',
    headers: headersFor('s3'),
    body: 'Action=no',
  }
  expect(readAwsRequest(put)).toEqual({
    service: 's3',
    accessKeyId: 'ASIA1',
    action: undefined,
    signedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    key: 'a b',
    clientToken: undefined,
    callTag: undefined,
  })
  expect(readAwsRequest({ ...put, method: 'GET' }).key).toBeUndefined()
  expect(readAwsRequest({ ...put, path: '/bucket?x' }).key).toBeUndefined()
})

test('an instance is known by its name, a session by the call that it is for', () => {
  const form = (fields: Record<string, string>) => ({
    method: 'POST',
    path: '/',
    headers: headersFor('ec2'),
    body: new URLSearchParams(fields).toString(),
  })
  const launch = form({
    Action: 'RunInstances',
    ClientToken: 't',
    'TagSpecification.1.Tag.1.Key': 'Team',
    'TagSpecification.1.Tag.1.Value': 'Name',
    'TagSpecification.1.Tag.2.Key': 'Name',
    'TagSpecification.1.Tag.2.Value': 'n',
  })
  expect(readAwsRequest(launch)).toMatchObject({ action: 'RunInstances', clientToken: 't', key: 'n' })
  const assume = form({ Action: 'AssumeRole', 'Tags.member.4.Key': 'mcp:call', 'Tags.member.4.Value': 'c' })
  expect(readAwsRequest(assume)).toMatchObject({ callTag: 'c', key: undefined })
})
