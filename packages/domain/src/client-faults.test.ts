import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Tenant } from './tenant.ts'
import { tenantFaults } from './tenant-faults.ts'
import { checkTenants } from './tenants-file.ts'
import { tenantOf, tenantsDocument } from './testing/tenants.ts'

const spki = { type: 'spki', format: 'pem' } as const
const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
const pair = (bits: number) =>
  generateKeyPairSync('rsa', { modulusLength: bits, publicKeyEncoding: spki, privateKeyEncoding: pkcs8 })
const strong = pair(2048)
const curve = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve, publicKeyEncoding: spki, privateKeyEncoding: pkcs8 })

const machine = (changes: object) => ({ clientId: 'acme.ci', scopes: ['aws:read'], ...changes })
const host = (changes: object) => ({
  clientId: 'acme.studio',
  name: 'Copilot Studio',
  redirectUris: ['https://global.consent.azure-apim.net/redirect/aws'],
  ...changes,
})

/** Faults of the tenants file of the tests, where acme has these clients. */
const faultsOf = (clients: object): string[] => {
  const { tenants } = tenantsDocument()
  return checkTenants({ tenants: tenants.map((tenant, t) => (t === 0 ? { ...tenant, ...clients } : tenant)) })
    .faults
}

test.for<[string, object]>([
  ['a machine with a key', { machineClients: [machine({ publicKeys: [strong.publicKey] })] }],
  [
    'a machine with keys of both kinds, and groups',
    {
      machineClients: [
        machine({ publicKeys: [strong.publicKey, curve('P-256').publicKey], groups: ['operators'] }),
      ],
    },
  ],
  ['a machine with a URL of its keys', { machineClients: [machine({ jwksUri: 'https://ci.example/jwks' })] }],
  ['a host without keys', { preRegisteredClients: [host({})] }],
  ['a host with a key', { preRegisteredClients: [host({ publicKeys: [strong.publicKey] })] }],
])('%s: nothing is wrong', ([, clients]) => {
  expect(faultsOf(clients)).toEqual([])
})

test.for<[string, object, RegExp]>([
  ['no key', { machineClients: [machine({})] }, /machineClients\[0\]: needs jwksUri or publicKeys/],
  [
    'both',
    { machineClients: [machine({ jwksUri: 'https://ci.example/jwks', publicKeys: [strong.publicKey] })] },
    /machineClients\[0\]: has jwksUri and publicKeys/,
  ],
  [
    'both, of a host',
    { preRegisteredClients: [host({ jwksUri: 'https://ci.example/jwks', publicKeys: [strong.publicKey] })] },
    /preRegisteredClients\[0\]: has jwksUri and publicKeys/,
  ],
  [
    "another tenant's id",
    { machineClients: [machine({ clientId: 'globex.ci', publicKeys: [strong.publicKey] })] },
    /machineClients\[0\]\.clientId: must begin with the id of the tenant/,
  ],
  [
    "an id that begins like the tenant's",
    { preRegisteredClients: [host({ clientId: 'acme-2.studio' })] },
    /preRegisteredClients\[0\]\.clientId: must begin with the id of the tenant/,
  ],
  [
    'one id twice',
    {
      machineClients: [machine({ publicKeys: [strong.publicKey] })],
      preRegisteredClients: [host({ clientId: 'acme.ci' })],
    },
    /preRegisteredClients\[0\]\.clientId: is that of machineClients\[0\], too/,
  ],
  [
    'a URL as its id',
    { preRegisteredClients: [host({ clientId: 'https://claude.ai/x' })] },
    /a dot and 1-96 of/,
  ],
  ['an id without a dot', { preRegisteredClients: [host({ clientId: 'acme' })] }, /a dot and 1-96 of/],
  [
    'an http URL',
    { machineClients: [machine({ jwksUri: 'http://ci.example/jwks' })] },
    /must be an https URL/,
  ],
  ['no scope', { machineClients: [machine({ scopes: [], publicKeys: [strong.publicKey] })] }, /scopes: /],
  [
    'an unknown scope',
    { machineClients: [machine({ scopes: ['aws:all'], publicKeys: [strong.publicKey] })] },
    /scopes/,
  ],
  ['no redirects', { preRegisteredClients: [host({ redirectUris: [] })] }, /redirectUris: /],
  ['a secret', { machineClients: [machine({ secret: 'c4n4ry', publicKeys: [strong.publicKey] })] }, /secret/],
  [
    'a private key',
    { machineClients: [machine({ publicKeys: [strong.privateKey] })] },
    /must be a public key/,
  ],
  [
    'a weak key',
    { machineClients: [machine({ publicKeys: [pair(1024).publicKey] })] },
    /must be a public key/,
  ],
  [
    'another curve',
    { machineClients: [machine({ publicKeys: [curve('P-384').publicKey] })] },
    /must be a public key/,
  ],
  ['no key at all', { machineClients: [machine({ publicKeys: ['c4n4ry'] })] }, /must be a public key/],
])('%s: is refused', ([, clients, fault]) => {
  const faults = faultsOf(clients)
  expect(faults).toEqual([expect.stringMatching(fault)])
  expect(String(faults)).not.toMatch(/c4n4ry|PRIVATE|MII/)
})

test('faults stand where their tenant stands', () => {
  const machineClients: Tenant['machineClients'] = [{ clientId: 'acme.ci', scopes: ['aws:read'], groups: [] }]
  expect(tenantFaults({ tenant: { ...tenantOf('acme'), machineClients }, at: 'tenants[7]' })).toEqual([
    'tenants[7].machineClients[0]: needs jwksUri or publicKeys, by which it proves who it is',
  ])
})
