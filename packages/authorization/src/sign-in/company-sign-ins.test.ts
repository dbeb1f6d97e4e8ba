import type { Tenant, TenantDirectory } from '@gateway/domain'
import { expect, test } from 'vitest'
import { tenantAt } from '../testing/harness.ts'
import { createCompanySignIns } from './company-sign-ins.ts'

const sso = { issuer: 'https://sso.example/one', jwksUri: 'https://sso.example/keys', clientId: 'gateway' }
const acme = tenantAt('acme', sso)
const globex = tenantAt('globex', sso)
const suspended = { ...globex, status: 'suspended' } as const

/** A directory of tenants that change. */
const directoryOf = (tenants: readonly Tenant[]) => {
  let inForce = tenants
  const listeners = new Set<(id: string | undefined) => void>()
  const directory: Pick<TenantDirectory, 'list' | 'find' | 'listen'> = {
    list: async () => inForce.map(({ id }) => id),
    find: async (id) => inForce.find((tenant) => tenant.id === id),
    listen(hear) {
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
  }
  return {
    directory,
    change(next: readonly Tenant[]) {
      inForce = next
      for (const hear of listeners) hear(undefined)
    },
  }
}

const idOf = (signIn: { readonly tenant: Tenant } | undefined) => signIn?.tenant.id

test('the only company is asked for by nobody, and a suspended one does not make two', async () => {
  const { directory, change } = directoryOf([acme])
  const signIns = createCompanySignIns({ directory, now: Date.now })
  expect(idOf(await signIns.only())).toBe('acme')
  change([acme, globex])
  expect(await signIns.only()).toBeUndefined()
  change([acme, suspended])
  expect(idOf(await signIns.only())).toBe('acme')
  change([suspended])
  expect(await signIns.only()).toBeUndefined()
})

test.each(['globex', ' Globex ', 'globex.example', 'gus@globex.example', 'gus@GLOBEX.example'])(
  '%j leads to its company, suspended or not',
  async (text) => {
    for (const other of [globex, suspended]) {
      const { directory } = directoryOf([acme, other])
      expect(idOf(await createCompanySignIns({ directory, now: Date.now }).find(text))).toBe('globex')
    }
  },
)

test.each(['', ' ', 'initech', 'gus@initech.example', 'x'.repeat(321)])('%j leads to none', async (text) => {
  const { directory } = directoryOf([acme, globex])
  expect(await createCompanySignIns({ directory, now: Date.now }).find(text)).toBeUndefined()
})

test('what changes while the list is read is not missed', async () => {
  const { directory, change } = directoryOf([acme])
  const { promise: read, resolve } = Promise.withResolvers<void>()
  const signIns = createCompanySignIns({
    directory: {
      ...directory,
      async find(id) {
        const found = await directory.find(id)
        await read
        return found
      },
    },
    now: Date.now,
  })
  const before = signIns.find('globex')
  change([acme, globex])
  resolve()
  expect(await before).toBeUndefined()
  expect(idOf(await signIns.find('globex'))).toBe('globex')
})
