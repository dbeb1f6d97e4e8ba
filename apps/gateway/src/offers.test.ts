import { ConfigurationError, parseTenants } from '@gateway/domain'
import { expect, test } from 'vitest'
import { readOffers } from './offers.ts'

const entry = (id: string, accountId: string) => ({
  id,
  name: id,
  connections: [
    {
      issuer: `https://sso.example/${id}`,
      jwksUri: `https://sso.example/${id}/jwks.json`,
      algorithms: ['ES256'],
      directTokens: true,
      allowedClients: ['editor'],
    },
  ],
  accounts: [
    {
      alias: 'main',
      accountId,
      defaultRegion: 'eu-west-1',
      roles: { read: { roleArn: `arn:aws:iam::${accountId}:role/read`, externalId: `external-${id}` } },
    },
  ],
  permissions: { allowedServices: ['ec2'], allowedRegions: ['eu-west-1'] },
})

const document = { tenants: [entry('acme', '111111111111'), entry('globex', '222222222222')] }
const [acme, globex] = parseTenants(document, 'tenants.yaml')
if (!acme || !globex) throw new Error('the tenants of the tests are missing')
const ids = new Set(['acme', 'globex'])
const local = { publicUrl: 'http://127.0.0.1:3000', fixtureTenants: [], fixtureExtraTools: 0 }

const faultsOf = async (config: Parameters<typeof readOffers>[0]) => {
  const refusal = await readOffers(config, ids).catch((thrown: unknown) => thrown)
  if (!(refusal instanceof ConfigurationError)) throw new Error('it was accepted')
  return refusal.faults
}

test('without the setting nobody is offered a fixture', async () => {
  const offerOf = await readOffers(local, ids)
  expect(offerOf(acme)).toBe(offerOf(globex))
  expect([...offerOf(acme).tools.keys()].filter((name) => !name.startsWith('aws_'))).toEqual([])
  expect(offerOf(acme).resources.every(({ uri }) => /^(aws|ui):\/\//.test(uri))).toBe(true)
})

test('the fixtures are offered to the one tenant that the setting names', async () => {
  const offerOf = await readOffers({ ...local, fixtureTenants: ['acme'], fixtureExtraTools: 3 }, ids)
  expect(offerOf(acme).tools.has('test_extra_003')).toBe(true)
  expect(offerOf(acme).tools.has('aws_whoami')).toBe(true)
  expect([...offerOf(globex).tools.keys()].filter((name) => !name.startsWith('aws_'))).toEqual([])
})

test('they are refused where others could reach them, and for a tenant that there is not', async () => {
  expect(
    await faultsOf({ ...local, publicUrl: 'https://mcp.example.com', fixtureTenants: ['initech'] }),
  ).toEqual([
    'FIXTURE_TENANT: is for tests only, and so is refused unless PUBLIC_URL is loopback',
    'FIXTURE_TENANT: is no tenant of the tenants file',
  ])
})

test('a tenant that may yet be made can be named', async () => {
  const offerOf = await readOffers({ ...local, fixtureTenants: ['initech'] }, undefined)
  expect(offerOf({ ...acme, id: 'initech' }).tools.size).toBeGreaterThan(offerOf(acme).tools.size)
})
