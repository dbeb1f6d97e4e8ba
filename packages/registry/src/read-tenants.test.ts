import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError, type Tenant } from '@gateway/domain'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTenants } from './read-tenants.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenants-source-'))
})
afterAll(() => rm(folder, { recursive: true }))

const read = async (text: string, env: Record<string, string> = {}): Promise<Tenant[]> => {
  const file = join(folder, 'tenants.yaml')
  await writeFile(file, text)
  return readTenants(file, env)
}

const faultsOf = (reading: Promise<unknown>): Promise<readonly string[]> =>
  reading.then(
    () => [],
    (thrown: unknown) => {
      if (thrown instanceof ConfigurationError) return thrown.faults
      throw thrown
    },
  )

const good = `
tenants:
  - id: acme
    name: \${COMPANY} Corporation
    connections:
      - &sso
        issuer: \${SSO_URL}/acme
        jwksUri: \${SSO_URL}/acme/jwks.json
        algorithms: [ES256]
        directTokens: true
        allowedClients: ["\${CLIENT}"]
      - <<: *sso
        issuer: \${SSO_URL}/second
    accounts:
      - alias: prod
        accountId: "111111111111"
        defaultRegion: eu-west-1
        roles:
          read: { roleArn: "arn:aws:iam::111111111111:role/read", externalId: "\${EXTERNAL_ID}" }
    permissions: { allowedServices: [s3], allowedRegions: [eu-west-1] }
`
const env = { COMPANY: 'Acme', SSO_URL: 'https://sso.example', CLIENT: 'editor', EXTERNAL_ID: 'c4n4ry-0001' }

test('names are replaced in any value, and merges are followed', async () => {
  const [tenant] = await read(good, env)
  expect(tenant).toMatchObject({
    name: 'Acme Corporation',
    connections: [
      { issuer: 'https://sso.example/acme', directTokens: true, allowedClients: ['editor'] },
      { issuer: 'https://sso.example/second', jwksUri: 'https://sso.example/acme/jwks.json' },
    ],
    accounts: [{ roles: { read: { externalId: 'c4n4ry-0001' } } }],
  })
})

test('every name that is not set is told at once; an empty one is not set', async () => {
  expect(await faultsOf(read(good, { CLIENT: 'editor', EXTERNAL_ID: '' }))).toEqual(
    ['COMPANY', 'SSO_URL', 'EXTERNAL_ID'].map((name) => `\${${name}}: is not set in the environment`),
  )
})

test('a value from the environment is one value, whatever YAML it looks like', async () => {
  const hostile = 'Acme\n    status: suspended # ${SSO_URL}'
  const [tenant] = await read(good, { ...env, COMPANY: hostile })
  expect(tenant).toMatchObject({ name: `${hostile} Corporation`, status: 'active' })
})

test('only upper-case names are replaced, never members of every object', async () => {
  const [tenant] = await read(good.replace('${COMPANY}', '$' + '{constructor} $COMPANY {COMPANY}'), env)
  expect(tenant?.name).toBe('$' + '{constructor} $COMPANY {COMPANY} Corporation')
})

test('a missing file and a folder', async () => {
  expect(await faultsOf(readTenants(join(folder, 'none.yaml'), {}))).toEqual([
    '(root): cannot be read (ENOENT)',
  ])
  expect(await faultsOf(readTenants(folder, {}))).toEqual(['(root): cannot be read (EISDIR)'])
})

const bomb = [
  'a0: &a0 [c4n4ry, c4n4ry, c4n4ry, c4n4ry, c4n4ry, c4n4ry, c4n4ry, c4n4ry, c4n4ry]',
  ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`),
].join('\n')

test.for<[string, string, string]>([
  ['bad indentation', 'tenants:\n  - id: c4n4ry\n name: x', 'line 3: not valid YAML (BAD_INDENT)'],
  ['an open quote', 'tenants: "c4n4ry', 'line 1: not valid YAML (MISSING_CHAR)'],
  ['a key twice', 'tenants: [c4n4ry]\ntenants: []', 'line 2: not valid YAML (DUPLICATE_KEY)'],
  ['two documents', 'tenants: []\n---\ntenants: []', 'line 2: not valid YAML (MULTIPLE_DOCS)'],
  ['tabs', 'tenants:\n\t- id: c4n4ry', 'line 2: not valid YAML (TAB_AS_INDENT)'],
  ['an alias bomb', bomb, '(root): an alias (*name) or a merge (<<) in it cannot be followed'],
  [
    'an alias of nothing',
    'tenants: *c4n4ry',
    '(root): an alias (*name) or a merge (<<) in it cannot be followed',
  ],
  [
    'an alias of itself',
    'tenants: &c4n4ry [*c4n4ry]',
    '(root): an alias (*name) or a merge (<<) in it cannot be followed',
  ],
  [
    'a merge of a text',
    'tenants: [{ <<: c4n4ry }]',
    '(root): an alias (*name) or a merge (<<) in it cannot be followed',
  ],
])('%s', async ([, text, fault]) => {
  const faults = await faultsOf(read(text))
  expect(faults).toContain(fault)
  expect(String(faults)).not.toContain('c4n4ry')
})

test.for<[string, string]>([
  ['an empty file', ''],
  ['a comment', '# nothing'],
  ['null', 'null'],
  ['a text', 'c4n4ry'],
  ['a list', '- c4n4ry'],
  ['another key', 'customers: [c4n4ry]'],
  ['a deep list', `tenants: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
])('%s is no tenants file', async ([, text]) => {
  const faults = await faultsOf(read(text))
  expect(faults.length).toBeGreaterThan(0)
  expect(String(faults)).not.toContain('c4n4ry')
})

test('faults have their path and no value', async () => {
  const text = good
    .replace('algorithms: [ES256]', 'algorithms: [HS256]\n        alogrithms: c4n4ry')
    .replace('accountId: "111111111111"', 'accountId: c4n4ry')
    .replace('id: acme', 'id: C4N4RY c4n4ry')
  const faults = await faultsOf(read(text, { ...env, EXTERNAL_ID: 'c4n4ry <>' }))
  expect(faults.map((fault) => fault.split(': ')[0])).toEqual([
    'tenants[0].id',
    'tenants[0].connections[0].algorithms[0]',
    'tenants[0].connections[0]',
    'tenants[0].connections[1].algorithms[0]',
    'tenants[0].connections[1]',
    'tenants[0].accounts[0].accountId',
    'tenants[0].accounts[0].roles.read.externalId',
  ])
  expect(String(faults)).not.toMatch(/c4n4ry/i)
  expect(String(faults)).toContain('alogrithms')
})

test.for(['__proto__', 'constructor', 'prototype'])(
  'a member named %s reaches no prototype',
  async (name) => {
    const text = good.replace('id: acme', `id: acme\n    ${name}: { status: suspended }`)
    await faultsOf(read(text, env))
    const groups = `groupToScope: { ${name}: ["aws:admin"] }`
    const [tenant] = await read(
      good.replace('algorithms: [ES256]', `algorithms: [ES256]\n        ${groups}`),
      env,
    )
    expect(({} as { status?: string }).status).toBeUndefined()
    expect(Object.getPrototypeOf(tenant?.connections[0]?.groupToScope)).toBe(Object.prototype)
  },
)

test('a name that is not set hides no other fault, and is itself told once', async () => {
  const text = good.replace('alias: prod', 'alias: Prod')
  expect(await faultsOf(read(text, { ...env, SSO_URL: '' }))).toEqual([
    `\${SSO_URL}: is not set in the environment`,
    'tenants[0].accounts[0].alias: must be 1-32 of a-z, 0-9 and -',
  ])
})
