import { expect, test } from 'vitest'
import { bucketOf, bucketOfActions } from './aws-rates.ts'
import { targetOf } from './testing/targets.ts'

test('a call of one service takes from the bucket that its requests take from', () => {
  const target = targetOf()
  const describing = { service: 'ec2', operation: 'DescribeInstances' }
  expect(bucketOfActions(target, ['ec2:DescribeInstances', 'ec2:DescribeTags'])).toEqual(
    bucketOf(target, describing),
  )
})

test('of a call that changes something it is the bucket of changes', () => {
  const target = { ...targetOf(), roleName: 'write' } as const
  const stopping = { service: 'ec2', operation: 'StopInstances' }
  const bucket = bucketOfActions(target, ['ec2:DescribeInstances', 'ec2:StopInstances'])
  expect(bucket).toEqual(bucketOf(target, stopping))
  expect(bucket?.key).toMatch(/:w$/)
})

test('of several services, or of none, nobody knows which it is', () => {
  expect(bucketOfActions(targetOf(), ['ec2:DescribeInstances', 's3:ListAllMyBuckets'])).toBeUndefined()
  expect(bucketOfActions(targetOf(), [])).toBeUndefined()
})
