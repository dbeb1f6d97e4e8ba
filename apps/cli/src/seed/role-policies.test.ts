import { expect, test } from 'vitest'
import { writePolicy } from './role-policies.ts'

test('the write role can never touch IAM', () => {
  const denied = writePolicy.Statement.filter(({ Effect }) => Effect === 'Deny').flatMap(
    ({ Action }) => Action,
  )
  expect(denied).toEqual(expect.arrayContaining(['iam:*', 'organizations:*', 'sts:AssumeRole']))
})
