import { expect, test } from 'vitest'
import { gatewayTrust, writePolicy } from './role-policies.ts'

test('a role trusts the gateway only together with the ExternalId', () => {
  const assume = gatewayTrust('acme-prod-id').Statement.filter(({ Action }) => Action === 'sts:AssumeRole')
  expect(assume).toHaveLength(1)
  expect(assume[0]?.Condition).toEqual({ StringEquals: { 'sts:ExternalId': 'acme-prod-id' } })
})

test('the write role can never touch IAM', () => {
  const denied = writePolicy.Statement.filter(({ Effect }) => Effect === 'Deny').flatMap(
    ({ Action }) => Action,
  )
  expect(denied).toEqual(expect.arrayContaining(['iam:*', 'organizations:*', 'sts:AssumeRole']))
})
