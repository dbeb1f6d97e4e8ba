import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { expect, inject, test } from 'vitest'
import { gatewayCredentials } from '../gateway-credentials.ts'
import { type AuditBucketOptions, openAuditBucket } from './audit-bucket.ts'

const region = 'eu-west-1'
const keys = { accessKeyId: 'gateway', secretAccessKey: 'x' }
const now = () => Date.parse('2126-01-01T00:00:00Z')

const owner = () =>
  new S3Client({ region, endpoint: inject('awsUrl'), credentials: keys, forcePathStyle: true })

const makeBucket = async (name: string, { lock = false, days = 0 } = {}): Promise<string> => {
  const bucket = `audit-${name}-${Date.now()}`
  await owner().send(
    new CreateBucketCommand({
      Bucket: bucket,
      ObjectLockEnabledForBucket: lock,
      CreateBucketConfiguration: { LocationConstraint: region },
    }),
  )
  if (days > 0) {
    await owner().send(
      new PutObjectLockConfigurationCommand({
        Bucket: bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: days } },
        },
      }),
    )
  }
  return bucket
}

const open = async (bucket: string, more: Partial<AuditBucketOptions> = {}) => {
  const opened = await openAuditBucket({
    bucket,
    region,
    prefix: 'gw',
    endpoint: inject('awsUrl'),
    gatewayCredentials: gatewayCredentials(keys),
    now,
    ...more,
  })
  return { ...opened, [Symbol.dispose]: () => opened.close() }
}

const retentionOf = async (bucket: string, key: string) => {
  const head = await owner().send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
  return { Mode: head.ObjectLockMode, RetainUntilDate: head.ObjectLockRetainUntilDate }
}

const bytes = (text: string) => Buffer.from(text)

test('what is put is listed in order and got back, and nothing overwrites it', async () => {
  using bucket = await open(await makeBucket('plain'))
  expect(bucket.lock).toBe('none')
  await bucket.put('gw/acme/2.gz', bytes('two'))
  await bucket.put('gw/acme/1.gz', bytes('one'))
  await bucket.put('gw/globex/1.gz', bytes('of another'))
  expect(await Array.fromAsync(bucket.list('gw/acme/'))).toEqual(['gw/acme/1.gz', 'gw/acme/2.gz'])
  expect(await Array.fromAsync(bucket.list('gw/'))).toHaveLength(4)
  expect(Buffer.from(await bucket.get('gw/acme/1.gz')).toString()).toBe('one')

  await expect(bucket.put('gw/acme/1.gz', bytes('changed'))).rejects.toThrow('is not overwritten')
  expect(Buffer.from(await bucket.get('gw/acme/1.gz')).toString()).toBe('one')
  // As after an answer that was lost.
  await bucket.put('gw/acme/1.gz', bytes('one'))
  await expect(bucket.get('gw/acme/9.gz')).rejects.toMatchObject({ details: { aws: { code: 'NoSuchKey' } } })
})

test('more keys than one page has are all listed', async () => {
  using bucket = await open(await makeBucket('many'))
  const names = Array.from({ length: 1_001 }, (_, n) => `gw/m/${String(n).padStart(5, '0')}`)
  for (let n = 0; n < names.length; n += 50) {
    await Promise.all(names.slice(n, n + 50).map((name) => bucket.put(name, bytes('x'))))
  }
  expect(await Array.fromAsync(bucket.list('gw/m/'))).toEqual(names)
})

test('a bucket opens again and again', async () => {
  const name = await makeBucket('again')
  for (let n = 0; n < 2; n++) {
    using bucket = await open(name)
    expect(bucket).not.toHaveProperty('fault')
    expect(await Array.fromAsync(bucket.list('gw/'))).toEqual(['gw/opened.txt'])
  }
})

test('with Object Lock and days of ours, an object is kept for so long, and nobody may end that', async () => {
  const name = await makeBucket('ours', { lock: true })
  using bucket = await open(name, { retentionDays: 30 })
  expect(bucket.lock).toBe('gateway')
  await bucket.put('gw/acme/1.gz', bytes('one'))
  expect(await retentionOf(name, 'gw/acme/1.gz')).toEqual({
    Mode: 'COMPLIANCE',
    RetainUntilDate: new Date('2126-01-31T00:00:00Z'),
  })
})

test('with Object Lock and a rule of the bucket, the bucket says for how long', async () => {
  const name = await makeBucket('rule', { lock: true, days: 7 })
  using bucket = await open(name)
  expect(bucket.lock).toBe('bucket')
  await bucket.put('gw/acme/1.gz', bytes('one'))
  expect(await retentionOf(name, 'gw/acme/1.gz')).toMatchObject({ Mode: 'COMPLIANCE' })
})

test('with Object Lock alone nothing is locked, and that is said', async () => {
  using bucket = await open(await makeBucket('lockable', { lock: true }))
  expect(bucket.lock).toBe('none')
})

test('days that the bucket cannot give are refused', async () => {
  await expect(open(await makeBucket('unlocked'), { retentionDays: 30 })).rejects.toThrow(
    /AUDIT_S3_RETENTION_DAYS takes a bucket with Object Lock/,
  )
})

test('a bucket that is not there is refused, by name and with what to do', async () => {
  await expect(open('audit-nowhere')).rejects.toThrow(
    /there is no bucket audit-nowhere: make it, with Object Lock, in eu-west-1/,
  )
})
