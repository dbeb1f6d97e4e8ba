import { auditKeyOf } from '@gateway/audit'
import { ConfigurationError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { isLoopback } from './is-loopback.ts'

const least = { TENANTS_FILE: 'tenants.yaml' }
const key = Buffer.alloc(32, 7).toString('base64')

const faultsOf = (env: Record<string, string | undefined>): readonly string[] => {
  try {
    readConfig(env)
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.faults
    throw thrown
  }
  return []
}

/** Names of the settings that are at fault. */
const namesOf = (env: Record<string, string | undefined>): string[] =>
  faultsOf({ ...least, ...env }).map((fault) => fault.split(/[:[]/)[0] ?? '')

test('the least there is: loopback, memory, no key', () => {
  expect(readConfig(least)).toEqual({
    host: '127.0.0.1',
    port: 3000,
    publicUrl: 'http://127.0.0.1:3000',
    resource: 'http://127.0.0.1:3000/mcp',
    allowedOrigins: [],
    trustedProxies: [],
    tenantsFile: 'tenants.yaml',
    sseTransport: false,
    stateKeys: [],
    fixtureTenants: [],
    fixtureExtraTools: 0,
    drainDelayMs: 0,
    roleVerification: true,
    serves: 'all',
    exitWithParent: false,
    load: { maxInFlight: 1_000, failedSignInsPerMinute: 30 },
    logLevel: 'info',
    audit: { stdout: true },
  })
})

test('all there is', () => {
  expect(
    readConfig({
      HOST: '0.0.0.0',
      PORT: '8080',
      PUBLIC_URL: 'https://mcp.example.com',
      ALLOWED_ORIGINS: 'https://a.example, https://b.example:8443,,',
      TENANTS_FILE: '/etc/gateway/tenants.yaml',
      REDIS_URL: 'rediss://user:password@redis.example:6379/0',
      STATE_KEY: key,
      AUDIT_FILE: '/var/log/audit.jsonl',
      LOG_LEVEL: 'debug',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:5000',
      EXIT_WITH_PARENT: '1',
      MAX_REQUESTS_IN_FLIGHT: '50',
      MAX_RSS_BYTES: '500000000',
      FAILED_SIGN_INS_PER_MINUTE: '60',
      PATH: '/bin',
    }),
  ).toEqual({
    host: '0.0.0.0',
    port: 8080,
    publicUrl: 'https://mcp.example.com',
    resource: 'https://mcp.example.com/mcp',
    allowedOrigins: ['https://a.example', 'https://b.example:8443'],
    trustedProxies: [],
    tenantsFile: '/etc/gateway/tenants.yaml',
    redisUrl: 'rediss://user:password@redis.example:6379/0',
    stateKeys: [Buffer.alloc(32, 7)],
    sseTransport: false,
    fixtureTenants: [],
    fixtureExtraTools: 0,
    drainDelayMs: 0,
    roleVerification: false,
    serves: 'all',
    audit: {
      file: { path: '/var/log/audit.jsonl', daily: false },
      stdout: false,
      hmacKey: auditKeyOf(Buffer.alloc(32, 7)),
    },
    exitWithParent: true,
    load: { maxInFlight: 50, maxRssBytes: 500_000_000, failedSignInsPerMinute: 60 },
    logLevel: 'debug',
    awsEndpoint: 'http://127.0.0.1:5000',
  })
})

test('every fault is named at once, those between settings too', () => {
  expect(
    faultsOf({
      HOST: '0.0.0.0',
      PORT: '70000',
      ALLOWED_ORIGINS: 'https://a.example,*',
      REDIS_URL: 'http://redis.example',
      LOG_LEVEL: 'loud',
      AWS_ENDPOINT_URL: 'localhost',
    }),
  ).toMatchInlineSnapshot(`
    [
      "PORT: Too big: expected number to be <=65535",
      "ALLOWED_ORIGINS[1]: must be an http or https URL",
      "REDIS_URL: must be a redis or rediss URL",
      "LOG_LEVEL: Invalid option: expected one of "trace"|"debug"|"info"|"warn"|"error"|"fatal"|"silent"",
      "AWS_ENDPOINT_URL: must be an http or https URL",
      "STATE_KEY: is needed with REDIS_URL, the same on every replica: base64 of 32 random bytes",
      "PUBLIC_URL: is needed when HOST is not loopback: the origin that clients use",
    ]
  `)
})

test('a fault never repeats a value', () => {
  const canary = 'c4n4ry-value'
  const names = [
    'PORT',
    'PUBLIC_URL',
    'ALLOWED_ORIGINS',
    'REDIS_URL',
    'STATE_KEY',
    'LOG_LEVEL',
    'AWS_ENDPOINT_URL',
  ]
  const env = Object.fromEntries([...names, 'HOST'].map((name) => [name, canary]))
  expect(namesOf(env)).toEqual(names)
  try {
    readConfig(env)
  } catch (thrown) {
    expect(String(thrown)).not.toContain(canary)
  }
})

test('an empty variable is one that is not set', () => {
  expect(readConfig({ ...least, HOST: '', PORT: '', PUBLIC_URL: '', REDIS_URL: '', STATE_KEY: '' })).toEqual(
    readConfig(least),
  )
  expect(faultsOf({ TENANTS_FILE: '' })).toHaveLength(1)
})

test('sentinels of Redis are named with what they call the master', () => {
  const redis = { ...least, REDIS_URL: 'redis://user:password@redis:6379/2', STATE_KEY: key }
  const REDIS_SENTINELS = 'one.example:26379, [::1]:26380'
  const named = { ...redis, REDIS_SENTINELS, REDIS_SENTINEL_NAME: 'main' }
  const addresses = [
    { host: 'one.example', port: 26379 },
    { host: '::1', port: 26380 },
  ]
  expect(readConfig(named).redisSentinels).toEqual({ name: 'main', addresses })
  expect(readConfig({ ...named, REDIS_SENTINEL_PASSWORD: 'secret' }).redisSentinels).toEqual({
    name: 'main',
    addresses,
    password: 'secret',
  })
  expect(readConfig(redis)).not.toHaveProperty('redisSentinels')
  expect(namesOf({ ...redis, REDIS_SENTINELS })).toEqual(['REDIS_SENTINEL_NAME'])
  expect(namesOf({ REDIS_SENTINELS, REDIS_SENTINEL_NAME: 'main' })).toEqual(['REDIS_URL'])
  expect(namesOf({ ...redis, REDIS_SENTINEL_NAME: 'main', REDIS_SENTINEL_PASSWORD: 'secret' })).toEqual([
    'REDIS_SENTINEL_NAME',
    'REDIS_SENTINEL_PASSWORD',
  ])
  for (const bad of [
    'one.example',
    'one.example:26379,',
    'redis://one.example:26379',
    'one:26379/0',
    'a b:1',
  ]) {
    expect(namesOf({ ...named, REDIS_SENTINELS: bad })).toContain('REDIS_SENTINELS')
  }
})

test('replicas that share a Redis need one key', () => {
  const REDIS_URL = 'redis://127.0.0.1:6379'
  expect(namesOf({ REDIS_URL })).toEqual(['STATE_KEY'])
  expect(namesOf({ REDIS_URL, STATE_KEY: '' })).toEqual(['STATE_KEY'])
  expect(namesOf({ REDIS_URL, STATE_KEY: key })).toEqual([])
})

test.for([
  ['31 bytes', Buffer.alloc(31).toString('base64')],
  ['not base64', 'k'.repeat(43)],
  ['with spaces', ` ${key}`],
  ['base64url', Buffer.alloc(33, 0xff).toString('base64url')],
] as const)('a key of %s is refused', ([, STATE_KEY]) => {
  expect(namesOf({ STATE_KEY })).toEqual(['STATE_KEY'])
})

test.for([
  ['https://mcp.example.com', []],
  ['https://mcp.example.com:8443', []],
  ['http://localhost:3000', []],
  ['https://mcp.example.com/', ['PUBLIC_URL']],
  ['https://mcp.example.com/mcp', ['PUBLIC_URL']],
  ['https://mcp.example.com?x', ['PUBLIC_URL']],
  ['https://mcp.example.com#x', ['PUBLIC_URL']],
  ['https://user@mcp.example.com', ['PUBLIC_URL']],
  ['https://MCP.example.com', ['PUBLIC_URL']],
  ['HTTPS://mcp.example.com', ['PUBLIC_URL']],
  ['https://mcp.example.com:443', ['PUBLIC_URL']],
  ['https:// mcp.example.com', ['PUBLIC_URL']],
  ['https://mcp".example.com', ['PUBLIC_URL']],
  ['https://mcp.example.com\r\nx: y', ['PUBLIC_URL']],
  ['mcp.example.com', ['PUBLIC_URL']],
  ['ftp://mcp.example.com', ['PUBLIC_URL']],
  ['null', ['PUBLIC_URL']],
] as const)('PUBLIC_URL %j', ([PUBLIC_URL, names]) => {
  expect(namesOf({ PUBLIC_URL })).toEqual(names)
})

test.for([
  ['127.0.0.1', 'http://127.0.0.1:3000'],
  ['127.8.9.1', 'http://127.8.9.1:3000'],
  ['localhost', 'http://localhost:3000'],
  ['::1', 'http://[::1]:3000'],
  ['[::1]', 'http://[::1]:3000'],
] as const)('HOST %s is loopback and needs no PUBLIC_URL', ([HOST, publicUrl]) => {
  expect(readConfig({ ...least, HOST })).toMatchObject({ host: HOST.replace(/[[\]]/g, ''), publicUrl })
})

test('the default port is no part of an origin', () => {
  expect(readConfig({ ...least, PORT: '80' }).resource).toBe('http://127.0.0.1/mcp')
})

test.for(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', 'localhost.evil.example', '127.0.0.1.nip.io', '*'])(
  'HOST %s needs a PUBLIC_URL',
  (HOST) => {
    expect(namesOf({ HOST })).toEqual(['PUBLIC_URL'])
    expect(namesOf({ HOST, PUBLIC_URL: 'https://mcp.example.com' })).toEqual([])
    expect(isLoopback(HOST)).toBe(false)
  },
)

test.for(['x', '-1', '65536', '3000.5', '1e3', '0x50', ' ', ' 80'])('PORT %j is refused', (PORT) => {
  expect(namesOf({ PORT })).toEqual(['PORT'])
})

test('a port that nobody knows beforehand needs a PUBLIC_URL', () => {
  expect(namesOf({ PORT: '0' })).toEqual(['PUBLIC_URL'])
  expect(readConfig({ ...least, PORT: '0', PUBLIC_URL: 'https://mcp.example.com' }).port).toBe(0)
})

test.for(['*', 'null', 'https://a.example/', 'https://a.example/path', 'a.example'])(
  'ALLOWED_ORIGINS %j is refused',
  (ALLOWED_ORIGINS) => {
    expect(namesOf({ ALLOWED_ORIGINS })).toEqual(['ALLOWED_ORIGINS'])
  },
)

const admin = {
  ADMIN_ISSUER: 'https://sso.example/operators',
  ADMIN_JWKS_URI: 'https://sso.example/operators/jwks.json',
  ADMIN_GROUP: 'gateway-operators',
  ADMIN_CLIENTS: 'aws-mcp, console',
  GATEWAY_ROLE_ARN: 'arn:aws:iam::999999999999:role/mcp-gateway',
}

test('tenants come from somewhere', () => {
  expect(faultsOf({})).toEqual([
    'TENANTS_FILE: is needed unless tenants come from REDIS_URL or are made through ADMIN_ISSUER',
  ])
  expect(readConfig(admin).tenantsFile).toBeUndefined()
  expect(readConfig({ REDIS_URL: 'redis://127.0.0.1:6379', STATE_KEY: key }).tenantsFile).toBeUndefined()
})

test.for([
  [{}, true],
  [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:5000' }, false],
  [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:5000', ROLE_VERIFICATION: '1' }, true],
  [{ ROLE_VERIFICATION: '0' }, false],
] as const)('with %j roles are verified by themselves: %s', ([env, verified]) => {
  expect(readConfig({ ...least, ...env }).roleVerification).toBe(verified)
})

test('the admin API: the least, and all there is', () => {
  expect(readConfig(admin).admin).toEqual({
    issuer: 'https://sso.example/operators',
    jwksUri: 'https://sso.example/operators/jwks.json',
    algorithms: ['ES256', 'RS256'],
    group: 'gateway-operators',
    groupClaim: 'groups',
    clients: ['aws-mcp', 'console'],
    gatewayRoleArn: 'arn:aws:iam::999999999999:role/mcp-gateway',
  })
  expect(
    readConfig({
      ...admin,
      ADMIN_ALGORITHMS: 'EdDSA,PS256',
      ADMIN_GROUP_CLAIM: 'roles',
      ONBOARDING_TEMPLATE_URL: 'https://templates.example/aws-mcp/',
    }).admin,
  ).toMatchObject({
    algorithms: ['EdDSA', 'PS256'],
    groupClaim: 'roles',
    templateBaseUrl: 'https://templates.example/aws-mcp/',
  })
  expect(readConfig(least).admin).toBeUndefined()
})

test('the admin API is served with all that it needs, or not at all', () => {
  expect(faultsOf({ ADMIN_ISSUER: admin.ADMIN_ISSUER })).toEqual(
    ['ADMIN_JWKS_URI', 'ADMIN_GROUP', 'ADMIN_CLIENTS', 'GATEWAY_ROLE_ARN'].map(
      (name) => `${name}: is needed with ADMIN_ISSUER`,
    ),
  )
  expect(namesOf({ ...admin, ADMIN_CLIENTS: ' , ' })).toEqual(['ADMIN_CLIENTS'])
  const { ADMIN_ISSUER: _, ...rest } = admin
  expect(namesOf(rest)).toEqual(['ADMIN_JWKS_URI', 'ADMIN_GROUP', 'ADMIN_CLIENTS', 'GATEWAY_ROLE_ARN'])
})

test('keys of operators come over https, unless from loopback or beside a test backend', () => {
  const ADMIN_JWKS_URI = 'http://sso.example/operators/jwks.json'
  expect(faultsOf({ ...admin, ADMIN_JWKS_URI })).toEqual([
    'ADMIN_JWKS_URI: must be an https URL, unless it is of loopback or AWS is a test backend',
  ])
  expect(faultsOf({ ...admin, ADMIN_JWKS_URI, AWS_ENDPOINT_URL: 'http://aws:5000' })).toEqual([])
  for (const host of ['127.0.0.1:3001', 'localhost', '[::1]:3001'])
    expect(faultsOf({ ...admin, ADMIN_JWKS_URI: `http://${host}/jwks.json` })).toEqual([])
  for (const host of [
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '127.0.0.1@evil.example',
  ])
    expect(namesOf({ ...admin, ADMIN_JWKS_URI: `http://${host}/jwks.json` })).toEqual(['ADMIN_JWKS_URI'])
})

test.for([
  ['ADMIN_JWKS_URI', 'sso.example/c4n4ry'],
  ['ADMIN_ALGORITHMS', 'ES256,HS256'],
  ['ADMIN_ALGORITHMS', 'none'],
  ['ADMIN_ISSUER', 'x'.repeat(2_049)],
  ['GATEWAY_ROLE_ARN', 'arn:aws:iam::999999999999:user/c4n4ry'],
  ['GATEWAY_ROLE_ARN', 'arn:aws:iam::9:role/c4n4ry'],
  ['ONBOARDING_TEMPLATE_URL', 'http://templates.example/c4n4ry'],
] as const)('%s %j is refused, and not repeated', ([name, value]) => {
  const faults = faultsOf({ ...admin, [name]: value })
  expect(faults.map((fault) => fault.split(/[:[]/)[0])).toEqual([name])
  expect(faults.join()).not.toMatch(/c4n4ry|HS256|none/)
})

const authorization = { AUTHORIZATION_URL: 'https://auth.example.com', AUTHORIZATION_PORT: '3001' }
const nothing = { AUTHORIZATION_URL: '', AUTHORIZATION_PORT: '' }

test('an authorization server here, or elsewhere', () => {
  expect(readConfig({ ...least, ...authorization }).authorization).toEqual({
    issuer: 'https://auth.example.com',
    port: 3001,
  })
  const elsewhere = { AUTHORIZATION_URL: 'http://127.0.0.1:9', REDIS_URL: 'redis://redis', STATE_KEY: key }
  expect(readConfig({ ...least, ...elsewhere }).authorization).toEqual({ issuer: 'http://127.0.0.1:9' })
  expect(readConfig(least)).not.toHaveProperty('authorization')
})

test.for<[string, Record<string, string>, string[]]>([
  ['served nowhere that shares its state', { AUTHORIZATION_PORT: '' }, ['REDIS_URL']],
  ['a port of nothing', { AUTHORIZATION_URL: '' }, ['AUTHORIZATION_PORT']],
  ['that of the gateway', { PUBLIC_URL: 'https://auth.example.com' }, ['AUTHORIZATION_URL']],
  ['that of the operators', { ADMIN_ISSUER: 'https://auth.example.com' }, ['AUTHORIZATION_URL']],
  ['not https', { AUTHORIZATION_URL: 'http://auth.example.com' }, ['AUTHORIZATION_URL']],
  ['a path', { AUTHORIZATION_URL: 'https://auth.example.com/tenant' }, ['AUTHORIZATION_URL']],
  ['a slash at the end', { AUTHORIZATION_URL: 'https://auth.example.com/' }, ['AUTHORIZATION_URL']],
  ['capitals', { AUTHORIZATION_URL: 'https://Auth.example.com' }, ['AUTHORIZATION_URL']],
  ['no URL', { AUTHORIZATION_URL: 'auth.example.com' }, ['AUTHORIZATION_URL']],
  ['the port of the gateway', { PORT: '3001' }, ['AUTHORIZATION_PORT']],
  ['its usual port', { AUTHORIZATION_PORT: '3000' }, ['AUTHORIZATION_PORT']],
  ['no port', { AUTHORIZATION_PORT: 'http' }, ['AUTHORIZATION_PORT']],
  ['settings of nothing', { ...nothing, EGRESS_PROXY_URL: 'http://proxy:3128' }, ['EGRESS_PROXY_URL']],
  ['nothing to serve', { ...nothing, SERVES: 'authorization' }, ['SERVES']],
  [
    'served here and nowhere',
    { AUTHORIZATION_PORT: '', SERVES: 'authorization', REDIS_URL: 'redis://redis', STATE_KEY: key },
    ['AUTHORIZATION_PORT'],
  ],
  ['a port beyond all', { AUTHORIZATION_PORT: '65536' }, ['AUTHORIZATION_PORT']],
])('an authorization server that is at fault: %s', ([, changes, names]) => {
  const faults = namesOf({ ...authorization, ...changes }).filter((name) => !/^ADMIN|^GATEWAY/.test(name))
  expect(faults).toEqual(names)
})

test('a page for people is a URL', () => {
  const page = 'https://docs.example.com/connect'
  expect(readConfig({ ...least, RESOURCE_DOCUMENTATION_URL: page }).documentation).toBe(page)
  for (const RESOURCE_DOCUMENTATION_URL of ['docs', 'javascript:alert(1)', 'ftp://docs.example.com']) {
    expect(namesOf({ RESOURCE_DOCUMENTATION_URL })).toEqual(['RESOURCE_DOCUMENTATION_URL'])
  }
})
