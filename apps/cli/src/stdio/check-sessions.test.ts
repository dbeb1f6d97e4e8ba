import { createActionCatalogue, createApiIndex } from '@gateway/aws'
import { ConfigurationError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { checkPolicy, checkSessions } from './check-sessions.ts'
import { localGrant } from './local-grant.ts'
import { settingsSchema } from './settings-schema.ts'

const roleArn = 'arn:aws:iam::111111111111:role/dev'
const boundary = 'arn:aws:iam::111111111111:policy/boundary'
const operations = [{ access: 'read', iamActions: ['ec2:DescribeInstances'] }] as const

const statement = (Effect: string, length: number) => ({
  Effect,
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${'b'.repeat(length)}`,
})
const policyOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement })

const check = (permissions: object): void => {
  const settings = settingsSchema.parse({ authentication: { assumeRole: { roleArn } }, permissions })
  const facts = { region: 'eu-west-1', services: ['ec2'], osUser: 'alice', accountId: '111111111111' }
  checkSessions(localGrant(settings, facts).tenant, operations)
}

test.each([
  ['nothing more', {}],
  ['a boundary', { permissionBoundary: boundary }],
  ['a policy', { policy: policyOf(statement('Allow', 1)) }],
])('what can be sent is no fault: %s', (_, permissions) => {
  expect(() => check(permissions)).not.toThrow()
})

test.each([
  ['does not fit', { policy: policyOf(statement('Deny', 2_048)) }],
  ['Deny statements only', { permissionBoundary: boundary, policy: policyOf(statement('Allow', 1)) }],
])('what cannot be sent is a fault of the configuration: %s', (told, permissions) => {
  expect(() => check(permissions)).toThrow(ConfigurationError)
  expect(() => check(permissions)).toThrow(told)
})

test('a policy that names what AWS does not have is a fault of the configuration, with its place', async () => {
  const names = await createActionCatalogue(await createApiIndex())
  const checkNames = (permissions: object) => {
    const settings = settingsSchema.parse({ authentication: { assumeRole: { roleArn } }, permissions })
    const facts = { region: 'eu-west-1', services: ['ec2'], osUser: 'alice', accountId: '111111111111' }
    checkPolicy(localGrant(settings, facts).tenant, names)
  }
  expect(() => checkNames({})).not.toThrow()
  expect(() => checkNames({ policy: policyOf(statement('Allow', 1)) })).not.toThrow()
  const wrong = { ...statement('Deny', 1), Action: ['s3:GetObject', 's3:GetObjct'] }
  const refused = () => checkNames({ policy: policyOf(statement('Allow', 1), wrong) })
  expect(refused).toThrow(ConfigurationError)
  expect(refused).toThrow('permissions.policy.Statement[1].Action[1]: s3:GetObjct is no action of IAM')
})
