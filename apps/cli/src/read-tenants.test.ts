import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readTenants } from './read-tenants.ts'

const demo = join(import.meta.dirname, '..', '..', '..', 'deploy', 'local', 'tenants.yaml')

test('the demo tenants are read with their variables and merged blocks', async () => {
  const tenants = await readTenants(demo, {
    SANDBOX_SSO_URL: 'http://127.0.0.1:3001',
    SANDBOX_SSO_INTERNAL_URL: 'http://sandbox:3001',
  })
  expect(tenants.map(({ id, connections }) => [id, connections[0]?.issuer, connections[0]?.jwksUri])).toEqual(
    [
      ['acme', 'http://127.0.0.1:3001/acme', 'http://sandbox:3001/acme/jwks.json'],
      ['globex', 'http://127.0.0.1:3001/globex', 'http://sandbox:3001/globex/jwks.json'],
    ],
  )
})

test('a variable that is not set is named', async () => {
  await expect(readTenants(demo, { SANDBOX_SSO_URL: 'http://127.0.0.1:3001' })).rejects.toThrow(
    'SANDBOX_SSO_INTERNAL_URL: is not set',
  )
})

test('a fault in the file is named with its path', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tenants-'))
  const file = join(folder, 'tenants.yaml')
  await writeFile(file, 'tenants: [{ id: UPPER }]\n')
  await expect(readTenants(file, {})).rejects.toThrow('tenants[0].id')
  await rm(folder, { recursive: true })
})
