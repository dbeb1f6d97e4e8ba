import type { ApiOperation } from '@gateway/domain'
import { expect, test } from 'vitest'
import { asCalled } from './as-called.ts'

const run: ApiOperation = {
  service: 'events',
  operation: 'PutTargets',
  access: 'permissions',
  withoutRole: 'write',
  passesRole: ['Targets.*.RoleArn', 'Grant'],
  iamActions: ['events:PutTargets', 'iam:PassRole'],
  summary: 'Puts targets.',
}
const passed = (params?: Record<string, unknown>): boolean => {
  const { access, iamActions } = asCalled(run, params)
  // One never without the other.
  expect(iamActions.includes('iam:PassRole')).toBe(access === 'permissions')
  expect(['permissions', 'write']).toContain(access)
  return access === 'permissions'
}

test.for<[string, Record<string, unknown> | undefined]>([
  ['nothing', undefined],
  ['no params', {}],
  ['targets without a role', { Targets: [{ Id: '1', Arn: 'arn:aws:sqs:eu-west-1:1:q' }] }],
  ['an empty list', { Targets: [] }],
  ['targets that are no list', { Targets: 'none' }],
])('%s passes none', ([, params]) => {
  expect(passed(params)).toBe(false)
})

test.for<[string, Record<string, unknown>]>([
  ['a role', { Targets: [{ Id: '1' }, { Id: '2', RoleArn: 'arn:aws:iam::1:role/r' }] }],
  ['an empty role', { Targets: [{ RoleArn: '' }] }],
  ['a role that is null', { Targets: [{ RoleArn: null }] }],
  ['a member of the index that is not called a role', { Grant: 'admin' }],
  ['a role where the index has none', { Deep: { deeper: [{ taskRole: 'r' }] } }],
  ['a role in another case', { rolearn: 'r' }],
  ['a role under any name', { Permission: 'arn:aws:iam::1:role/logs' }],
  ['a role in a text', { Definition: '{"r":"arn:aws-cn:iam::1:role/path/r"}' }],
  ['a role as a key', { Map: { AutomationAssumeRole: ['x'] } }],
  ['an instance profile', { Spec: { IamInstanceProfile: { Name: 'p' } } }],
  ['the ARN of an instance profile', { Spec: 'arn:aws:iam::1:instance-profile/p' }],
  ['a launch template', { LaunchTemplate: { LaunchTemplateId: 'lt-1' } }],
  ['what is too deep to look at', JSON.parse(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`)],
])('%s passes one', ([, params]) => {
  expect(passed(params)).toBe(true)
})

test('an operation that always counts as passing one stays as it is', () => {
  const { withoutRole: _, ...always } = run
  expect(asCalled(always, {})).toBe(always)
})

const judged: ApiOperation = {
  ...run,
  passesRole: [],
  opensBy: ['Open.true', 'Map.!a|b', 'Name.!x', '!Open|Map|Name|Deep', 'Deep.Policy'],
}

test.for<[boolean, Record<string, unknown>]>([
  [false, {}],
  [false, { Open: false }],
  [true, { Open: true }],
  [true, { Open: 'TRUE' }],
  [false, { Map: { a: 1, b: 2 } }],
  [true, { Map: { a: 1, c: 2 } }],
  // What is harmless is so by its exact name.
  [true, { Map: { A: 1 } }],
  [true, { Map: 'text' }],
  [true, { Map: null }],
  [false, { Name: 'x' }],
  [true, { Name: 'y' }],
  [true, { Other: 1 }],
  [false, { Deep: {} }],
  [true, { Deep: { policy: null } }],
])('opens something (%s): %j', ([opens, params]) => {
  expect(asCalled(judged, params).access).toBe(opens ? 'permissions' : 'write')
})

test('what runs a definition may pass the roles that are in it', () => {
  const called = asCalled({ ...run, ownRoles: true }, { Targets: [] })
  expect(called).toMatchObject({ access: 'write', iamActions: run.iamActions })
})
