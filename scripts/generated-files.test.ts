import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { generatedFiles } from './generated-files.ts'

const root = dirname(import.meta.dirname)
let files: ReadonlyMap<string, string>
beforeAll(async () => {
  files = await generatedFiles(root)
  // It imports every AWS client, on a machine that may be busy.
}, 180_000)

test('what is committed is what npm run generate writes, and nothing else', async () => {
  const folders = [
    'deploy/{schemas,tenant}/**/*.{json,tf}',
    'packages/aws/{api,action}-index/**/*.json',
    'deploy/local/{moto-program.py,keycloak/tenants.yaml}',
    'docs/{api-index,metrics,tools}.md',
  ]
  const committed = await Array.fromAsync(
    glob([...folders, 'packages/aws/src/api/{enum,service}-files.ts'], { cwd: root }),
  )
  expect(committed.sort()).toEqual([...files.keys()].sort())
  for (const [path, text] of files)
    expect(readFileSync(join(root, path), 'utf8'), `${path}: run npm run generate`).toBe(text)
})

test('each template is of its own tenant', () => {
  expect([...files.keys()].filter((path) => path.endsWith('.tf'))).toHaveLength(3)
  for (const [path, text] of files) {
    if (!path.startsWith('deploy/tenant/')) continue
    expect(text.includes('acme')).toBe(path.startsWith('deploy/tenant/acme-'))
    expect(text.includes('globex')).toBe(path.startsWith('deploy/tenant/globex-'))
  }
})

test('no statement of a template allows an action by a wildcard', () => {
  for (const [path, text] of files) {
    if (!path.startsWith('deploy/tenant/') || !path.endsWith('.json')) continue
    const { Resources } = JSON.parse(text) as {
      Resources: Record<
        string,
        {
          Properties: {
            Policies: { PolicyDocument: { Statement: { Effect: string; Action: string[] }[] } }[]
          }
        }
      >
    }
    const allowed = Object.values(Resources)
      .flatMap(({ Properties }) => Properties.Policies)
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action)
    expect(allowed.length).toBeGreaterThan(0)
    expect(allowed.filter((action) => action.includes('*'))).toEqual([])
  }
})

const schemaOf = (name: string) => z.fromJSONSchema(JSON.parse(files.get(`deploy/schemas/${name}`) ?? ''))
const tenant = {
  id: 'acme',
  name: 'Acme',
  connections: [
    {
      issuer: '${SSO}/acme',
      jwksUri: '${SSO}/acme/jwks.json',
      algorithms: ['ES256'],
      directTokens: true,
      allowedClients: ['editor'],
    },
  ],
  accounts: [{ alias: 'prod', accountId: '111111111111', defaultRegion: 'eu-west-1' }],
  permissions: { allowedServices: ['s3'], allowedRegions: ['eu-west-1'] },
}
const policy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': false } } },
  ],
}

test.for<[string, object, boolean]>([
  ['names of the environment', {}, true],
  ['a policy', { permissions: { ...tenant.permissions, policy } }, true],
  ['a wrong id', { id: 'Acme Corp' }, false],
  ['an unknown member', { permissons: {} }, false],
  [
    'a statement with a principal',
    {
      permissions: {
        ...tenant.permissions,
        policy: { ...policy, Statement: [{ ...policy.Statement[0], Principal: '*' }] },
      },
    },
    false,
  ],
  [
    'a wrong action',
    {
      permissions: {
        ...tenant.permissions,
        policy: { ...policy, Statement: [{ ...policy.Statement[0], Action: 'GetObject' }] },
      },
    },
    false,
  ],
])('the schema of tenants files: %s', ([, changes, right]) => {
  expect(schemaOf('tenants.schema.json').safeParse({ tenants: [{ ...tenant, ...changes }] }).success).toBe(
    right,
  )
})

test.for<[object, boolean]>([
  [{ authentication: { profile: 'work', region: 'eu-west-1' }, operations: { timeout: 5_000 } }, true],
  [{}, true],
  [{ authentication: { region: 'Europe' } }, false],
  [{ permissons: {} }, false],
])('the schema of aws-config.json: %j', ([settings, right]) => {
  expect(schemaOf('aws-config.schema.json').safeParse(settings).success).toBe(right)
})
