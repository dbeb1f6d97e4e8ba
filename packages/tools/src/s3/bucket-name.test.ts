import { expect, test } from 'vitest'
import { bucketName } from './bucket-name.ts'

test.for(['abc', 'my.logs-2026', '0-9', 'a'.repeat(63), 's3alias', 'x-s3alias-x'])(
  '%s is a bucket',
  (name) => {
    expect(bucketName.parse(name)).toBe(name)
  },
)

test.for([
  'arn:aws:s3:us-east-1:222222222222:accesspoint/theirs',
  'arn:aws:s3::222222222222:accesspoint/mfzwi23gnjvgw.mrap',
  'arn:aws:s3-object-lambda:us-east-1:222222222222:accesspoint/theirs',
  'arn:aws:s3:::bucket',
  'theirs-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias',
  'theirs-hrzrlukc5m36ft7okagglf3gmwl--ol-s3',
  'logs--use1-az4--x-s3',
  'logs--table-s3',
  'mfzwi23gnjvgw.mrap',
  'bucket/../other',
  'bucket/key',
  '../other',
  'bucket?policy',
  'bucket%2fkey',
  'bucket#',
  'bucket@host',
  'bucket:80',
  'Bucket',
  'ab',
  'a'.repeat(64),
  '-bucket',
  'bucket-',
  '.bucket',
  'bucket\n',
  'bücket',
  '',
])('%j is none', (name) => {
  expect(bucketName.safeParse(name).success).toBe(false)
})
