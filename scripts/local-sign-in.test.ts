import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTenants } from '@gateway/registry'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const compose = textOf('docker-compose.yml')
const realm = JSON.parse(textOf('deploy/local/keycloak/realm.json'))
const env = { SANDBOX_SSO_URL: 'http://127.0.0.1:3001', SANDBOX_SSO_INTERNAL_URL: 'http://sandbox:3001' }
const tenantsOf = (file: string) => readTenants(join(root, file), env)

test('with Keycloak the tenants of the sandbox are the same but for the sign-in of acme', async () => {
  const [sandbox, withKeycloak] = [
    await tenantsOf('deploy/local/tenants.yaml'),
    await tenantsOf('deploy/local/keycloak/tenants.yaml'),
  ]
  const [acme, ...others] = withKeycloak
  expect(others).toEqual(sandbox.slice(1))
  const { connections, ...rest } = acme ?? {}
  const { connections: before, ...same } = sandbox[0] ?? {}
  expect(rest).toEqual(same)
  expect(connections).toEqual([
    {
      ...before?.[0],
      issuer: 'http://localhost:8080/realms/acme',
      jwksUri: 'http://keycloak:8080/realms/acme/protocol/openid-connect/certs',
      metadataUrl: 'http://keycloak:8080/realms/acme/.well-known/openid-configuration',
      algorithms: ['RS256'],
    },
  ])
})

test('the realm has the client, the groups and the people that the tenants file knows', async () => {
  const [acme] = await tenantsOf('deploy/local/keycloak/tenants.yaml')
  const [connection] = acme?.connections ?? []
  expect(connection?.issuer).toBe(`http://localhost:8080/realms/${realm.realm}`)
  expect(compose).toContain('KC_HOSTNAME: http://localhost:8080\n')
  const [client, ...others] = realm.clients
  expect(others).toEqual([])
  expect(client).toMatchObject({
    clientId: connection?.clientId,
    publicClient: false,
    secret: `\${${connection?.clientSecretRef}}`,
    redirectUris: ['http://127.0.0.1:3003/sso/callback/acme'],
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
  })
  expect(compose).toContain('AUTHORIZATION_URL: http://127.0.0.1:3003\n')
  expect(client.protocolMappers[0].config).toMatchObject({
    'claim.name': connection?.groupClaim,
    'full.path': 'false',
    'id.token.claim': 'true',
  })
  const groups = Object.keys(connection?.groupToScope ?? {})
  expect(realm.groups.map(({ name }: { name: string }) => name).sort()).toEqual(groups.sort())
  const people: { email: string; groups: string[]; credentials: { value: string }[] }[] = realm.users
  expect(people.flatMap((person) => person.groups).sort()).toEqual(groups.map((name) => `/${name}`).sort())
  for (const { email, credentials } of people) {
    expect(connection?.emailDomains).toContain(email.split('@')[1])
    expect(credentials.map(({ value }) => value)).toEqual(['${KEYCLOAK_PASSWORD}'])
  }
})

test('the compose file holds no secret: each is a file that the sandbox makes, and the gateway reads the same ones', () => {
  const named = [...compose.matchAll(/^ +(\w*(?:SECRET|PASSWORD|STATE_KEY|TOKEN)\w*): (.+)$/gm)]
  const stand = named.filter(([, name]) => name !== 'AWS_SECRET_ACCESS_KEY')
  for (const [, name = '', value = ''] of stand) {
    expect([name, value]).toEqual([
      expect.stringMatching(/_FILE$/),
      expect.stringMatching(/^\/run\/sandbox\//),
    ])
  }
  const [gateway = '', sandbox = ''] = ['gateway', 'sandbox'].map(
    (name) => new RegExp(`^ {2}${name}:\\n(?: {4}.*\\n|\\n)+`, 'm').exec(compose)?.[0] ?? '',
  )
  for (const ref of ['STATE_KEY', 'SSO_SECRET_ACME', 'SSO_SECRET_GLOBEX']) {
    const [, file] = new RegExp(`^ +${ref}_FILE: (.+)$`, 'm').exec(gateway) ?? []
    expect(file).toBeDefined()
    expect(sandbox).toContain(`${ref}_FILE: ${file}\n`)
  }
})

test('every port is published on loopback alone', () => {
  const ports = [...compose.matchAll(/^ +ports: \[(.+)\]$/gm)].flatMap(([, list = '']) => list.split(', '))
  expect(ports.length).toBeGreaterThan(3)
  for (const port of ports) expect(port).toMatch(/^"127\.0\.0\.1:(\d+):\1"$/)
})
