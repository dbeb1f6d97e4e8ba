import { expect, test } from 'vitest'
import { gatewayCredentials } from '../gateway-credentials.ts'
import { type Answers, fakeAws } from '../testing/fake-aws.ts'
import { openAuditBucket } from './audit-bucket.ts'

const refusal = (code: string, status: number) => () => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`,
})

const text = 'The audit log of the gateway is written here. Nothing overwrites an object.\n'
const fine = () => ({ body: '' })

const opening = (bucket = 'logs'): Answers => ({
  [`s3:GET /${bucket}/`]: refusal('ObjectLockConfigurationNotFoundError', 404),
  [`s3:PUT /${bucket}/gw/opened.txt`]: fine,
  [`s3:GET /${bucket}/gw/opened.txt`]: () => ({
    body: text,
    headers: { 'content-length': `${text.length}` },
  }),
})

const optionsOf = (endpoint: string) => ({
  bucket: 'logs',
  region: 'eu-west-1',
  prefix: 'gw',
  endpoint,
  gatewayCredentials: gatewayCredentials({ accessKeyId: 'AKIAGATEWAY', secretAccessKey: 'x' }),
  now: Date.now,
})

test("every request is the gateway's own, names the owner, and overwrites nothing", async () => {
  await using aws = await fakeAws({ ...opening(), 's3:PUT /logs/gw/a.json': fine })
  const bucket = await openAuditBucket({
    ...optionsOf(aws.endpoint),
    owner: '111111111111',
    retentionDays: undefined,
  })
  await bucket.put('gw/a.json', Buffer.from('{}'))
  bucket.close()
  for (const { accessKeyId, headers } of aws.requests) {
    expect(accessKeyId).toBe('AKIAGATEWAY')
    expect(headers['x-amz-expected-bucket-owner']).toBe('111111111111')
    expect(headers).not.toHaveProperty('x-amz-security-token')
  }
  const headers = aws.requests.at(-1)?.headers ?? {}
  expect(headers).toMatchObject({ 'if-none-match': '*', 'content-type': 'application/json' })
  expect(headers['x-amz-checksum-sha256'] ?? headers['x-amz-trailer']).toBeDefined()
  expect(headers).not.toHaveProperty('x-amz-object-lock-mode')
})

test('no access is refused at the start, with the policy that the role needs', async () => {
  await using aws = await fakeAws({ 's3:GET /logs/': refusal('AccessDenied', 403) })
  const opening = openAuditBucket({ ...optionsOf(aws.endpoint), owner: '111111111111', retentionDays: 9 })
  const { message } = await opening.then(
    () => new Error('it opened'),
    (thrown: Error) => thrown,
  )
  expect(message).toMatchInlineSnapshot(`
    "The audit bucket cannot be used:
      - the gateway has no access to bucket logs: see that account 111111111111 owns the bucket, that the bucket's policy does not deny it, that its KMS key, if it has one, allows kms:GenerateDataKey and kms:Decrypt, and that the gateway's role has {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetBucketObjectLockConfiguration","s3:ListBucket"],"Resource":"arn:aws:s3:::logs"},{"Effect":"Allow","Action":["s3:PutObject","s3:GetObject","s3:PutObjectRetention"],"Resource":"arn:aws:s3:::logs/gw/*"}]}"
  `)
})

test('access to read alone is found at the start', async () => {
  await using aws = await fakeAws({
    ...opening(),
    's3:PUT /logs/gw/opened.txt': refusal('AccessDenied', 403),
  })
  await expect(openAuditBucket(optionsOf(aws.endpoint))).rejects.toThrow(/s3:PutObject/)
})

test('a put is tried again after faults that pass', async () => {
  await using aws = await fakeAws({
    ...opening(),
    's3:PUT /logs/gw/a.json': (_request, count) =>
      count === 1 ? {} : count === 2 ? refusal('SlowDown', 503)() : fine(),
  })
  const bucket = await openAuditBucket(optionsOf(aws.endpoint))
  await bucket.put('gw/a.json', Buffer.from('{}'))
  bucket.close()
  expect(aws.requests.filter(({ action }) => action === 's3:PUT /logs/gw/a.json')).toHaveLength(3)
})

test.for([
  ['the same', '{}', undefined],
  ['another', '{"other":1}', 'is not overwritten'],
] as const)('after an answer that was lost, %s object there counts or not', async ([, stored, fault]) => {
  await using aws = await fakeAws({
    ...opening(),
    's3:PUT /logs/gw/a.json': (_request, count) => (count === 1 ? {} : refusal('PreconditionFailed', 412)()),
    's3:GET /logs/gw/a.json': () => ({ body: stored, headers: { 'content-length': `${stored.length}` } }),
  })
  const bucket = await openAuditBucket(optionsOf(aws.endpoint))
  const put = bucket.put('gw/a.json', Buffer.from('{}'))
  await (fault === undefined ? put : expect(put).rejects.toThrow(fault))
  bucket.close()
})

test('where S3 cannot be reached it opens, and says that it cannot be reached', async () => {
  await using aws = await fakeAws({})
  await aws.stop()
  const bucket = await openAuditBucket(optionsOf(aws.endpoint))
  expect(bucket).toMatchObject({ lock: 'unknown', fault: { code: 'aws_unreachable' } })
  await expect(bucket.put('gw/a.json', Buffer.from('{}'))).rejects.toMatchObject({ code: 'aws_unreachable' })
  bucket.close()
})

test('an object that is longer than any of the gateway is not read', async () => {
  await using aws = await fakeAws({
    ...opening(),
    's3:GET /logs/gw/long': () => ({ body: 'x', headers: { 'content-length': '99999999' }, hang: true }),
  })
  const bucket = await openAuditBucket(optionsOf(aws.endpoint))
  await expect(bucket.get('gw/long')).rejects.toThrow('longer than any')
  bucket.close()
})
