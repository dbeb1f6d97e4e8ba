import { ConfigurationError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { readSettings } from './read-settings.ts'

const fileOf = (document: unknown) => ({ document, faults: [] })
const none = fileOf({})

const faultsOf = (read: () => unknown): readonly string[] => {
  try {
    read()
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.faults
    throw thrown
  }
  throw new Error('no fault')
}

test('without anything: no profile, read-only, with the limits of a tenant', () => {
  expect(readSettings(none, {}, {})).toEqual({
    authentication: {},
    permissions: { readOnlyMode: true },
    operations: { maxConcurrency: 10, timeout: 30_000, retryCount: 2, logLevel: 'info' },
  })
})

const whole = {
  authentication: {
    profile: 'of-file',
    region: 'eu-west-1',
    assumeRole: {
      roleArn: 'arn:aws:iam::111111111111:role/of-file',
      sessionName: 'me',
      durationSeconds: 900,
      externalId: 'ext',
    },
  },
  permissions: {
    allowedServices: ['ec2'],
    allowedRegions: ['eu-west-1'],
    readOnlyMode: false,
    permissionBoundary: 'arn:aws:iam::111111111111:policy/of-file',
    policy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::secrets/*'] }],
    },
  },
  operations: { maxConcurrency: 2, timeout: 5000, retryCount: 0, logLevel: 'warn' },
}

test('every block of the file is taken as it is', () => {
  expect(readSettings(fileOf(whole), {}, {})).toEqual(whole)
})

test('the environment goes before the file', () => {
  const env = {
    AWS_PROFILE: 'of-env',
    AWS_REGION: 'eu-north-1',
    AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/of-env',
    AWS_ALLOWED_SERVICES: 'ec2, s3',
    AWS_ALLOWED_REGIONS: 'eu-north-1,eu-west-1',
    AWS_PERMISSION_BOUNDARY: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    AWS_MAX_CONCURRENCY: '3',
    AWS_REQUEST_TIMEOUT: '6000',
    AWS_RETRY_COUNT: '1',
  }
  expect(readSettings(fileOf(whole), env, {})).toEqual({
    authentication: {
      profile: 'of-env',
      region: 'eu-north-1',
      assumeRole: { ...whole.authentication.assumeRole, roleArn: 'arn:aws:iam::111111111111:role/of-env' },
    },
    permissions: {
      ...whole.permissions,
      permissionBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      allowedServices: ['ec2', 's3'],
      allowedRegions: ['eu-north-1', 'eu-west-1'],
      readOnlyMode: false,
    },
    operations: { maxConcurrency: 3, timeout: 6000, retryCount: 1, logLevel: 'warn' },
  })
})

test('the command line goes before both, and an empty variable is none', () => {
  const env = { AWS_PROFILE: 'of-env', AWS_REGION: 'eu-north-1', AWS_ROLE_ARN: '' }
  const settings = readSettings(fileOf({ authentication: { profile: 'of-file' } }), env, {
    profile: 'mine',
    region: 'eu-central-1',
  })
  expect(settings.authentication).toEqual({ profile: 'mine', region: 'eu-central-1' })
})

test('a role of the environment alone has the defaults of the rest', () => {
  const roleArn = 'arn:aws:iam::111111111111:role/dev'
  expect(readSettings(none, { AWS_ROLE_ARN: roleArn }, {}).authentication.assumeRole).toEqual({
    roleArn,
    sessionName: 'aws-mcp',
    durationSeconds: 3600,
  })
})

test('all faults are named at once, by where they came from, without a value', () => {
  const file = {
    faults: ['/home/me/aws-config.json: is not JSON'],
    document: {
      authentication: { profil: 'secret-1', assumeRole: { sessionName: 'secret 2' } },
      permissions: { readOnlyMode: 'secret-3', allowedServices: ['ec2', 'SECRET-4'] },
      operations: { logLevel: 'secret-5' },
      tools: 'secret-6',
    },
  }
  const env = {
    AWS_REGION: 'secret-7',
    AWS_ALLOWED_REGIONS: 'eu-west-1,secret-8',
    AWS_MAX_CONCURRENCY: '0',
    AWS_REQUEST_TIMEOUT: 'secret-9',
    AWS_RETRY_COUNT: '1e3',
  }
  const faults = faultsOf(() => readSettings(file, env, { region: 'secret-10' }))
  expect(faults).toMatchInlineSnapshot(`
    [
      "/home/me/aws-config.json: is not JSON",
      "--region: must be an AWS region such as eu-west-1",
      "authentication.assumeRole.roleArn: Invalid input: expected string, received undefined",
      "authentication.assumeRole.sessionName: must be 2-64 of letters, digits and +=,.@-_",
      "authentication: Unrecognized key: "profil"",
      "permissions.allowedServices[1]: must be an IAM service prefix such as ec2",
      "AWS_ALLOWED_REGIONS[1]: must be an AWS region such as eu-west-1",
      "permissions.readOnlyMode: Invalid input: expected boolean, received string",
      "AWS_MAX_CONCURRENCY: Too small: expected number to be >=1",
      "AWS_REQUEST_TIMEOUT: Invalid input: expected number, received string",
      "AWS_RETRY_COUNT: Invalid input: expected number, received string",
      "operations.logLevel: Invalid option: expected one of "trace"|"debug"|"info"|"warn"|"error"|"fatal"|"silent"",
      "(root): Unrecognized key: "tools"",
    ]
  `)
  expect(faults.join('\n')).not.toMatch(/secret.\d/i)
})

const boundary = 'arn:aws:iam::111111111111:policy/p'
const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] }

test.each([
  ['AWS_PERMISSION_BOUNDARY', none, { AWS_PERMISSION_BOUNDARY: boundary }],
  ['permissions.permissionBoundary', fileOf({ permissions: { permissionBoundary: boundary } }), {}],
  ['permissions.policy', fileOf({ permissions: { policy } }), {}],
])('%s is refused without a role, and not ignored', (name, file, env) => {
  expect(faultsOf(() => readSettings(file, env, {}))).toEqual([
    expect.stringMatching(
      new RegExp(`^${name}: cannot be enforced on credentials that are used as they are`),
    ),
  ])
  const role = { ...env, AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/dev' }
  expect(readSettings(file, role, {}).authentication.assumeRole).toBeDefined()
})

test('a boundary of another account than the role, or that is none, is a fault', () => {
  const AWS_ROLE_ARN = 'arn:aws:iam::222222222222:role/dev'
  expect(faultsOf(() => readSettings(none, { AWS_ROLE_ARN, AWS_PERMISSION_BOUNDARY: boundary }, {}))).toEqual(
    ['AWS_PERMISSION_BOUNDARY: has to be in the AWS account of the role that is assumed'],
  )
  const env = { AWS_ROLE_ARN, AWS_PERMISSION_BOUNDARY: 'ReadOnlyAccess' }
  expect(faultsOf(() => readSettings(none, env, {}))).toEqual([
    expect.stringMatching(/^AWS_PERMISSION_BOUNDARY: must be the ARN/),
  ])
})

test.each([
  ['alone', {}, {}, undefined, false],
  [
    'beside keys of the environment',
    { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
    {},
    undefined,
    true,
  ],
  ['beside AWS_PROFILE', { AWS_PROFILE: 'dev' }, {}, undefined, true],
  ['beside --profile', {}, {}, 'dev', true],
  ['beside the profile of the file', {}, { authentication: { profile: 'dev' } }, undefined, true],
])('the role of a token file, %s', (_, more, document, profile, assumed) => {
  const token = { AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/pod' }
  const { authentication } = readSettings(
    fileOf(document),
    { ...token, ...more },
    profile === undefined ? {} : { profile },
  )
  // The SDK assumes it by the token; it need not be able to assume itself.
  expect(authentication.assumeRole !== undefined).toBe(assumed)
})

test('a region outside of the allowed ones is a fault', () => {
  const env = { AWS_ALLOWED_REGIONS: 'eu-west-1' }
  expect(faultsOf(() => readSettings(none, env, { region: 'us-east-1' }))).toEqual([
    'authentication.region: is not in permissions.allowedRegions',
  ])
})

test.each([[['a list']], ['text'], [null], [{ operations: [] }]])('%j is no configuration', (document) => {
  expect(faultsOf(() => readSettings(fileOf(document), { AWS_RETRY_COUNT: '1' }, {}))).toHaveLength(1)
})
