import { expect, test, vi } from 'vitest'
import { memoryTenantStore } from './memory-tenant-store.ts'
import { tenantClaimsContract } from './tenant-claims.contract.ts'
import { tenantFindingsContract } from './tenant-findings.contract.ts'
import { tenantStoreContract } from './tenant-store.contract.ts'
import { newTenant } from './testing/tenant-stores.ts'

const open = () => {
  const onError = vi.fn()
  return { tenants: memoryTenantStore({ onError }), onError, async [Symbol.asyncDispose]() {} }
}

tenantStoreContract(async () => open())
tenantClaimsContract(async () => open())
tenantFindingsContract(async () => open())

test('what a listener throws is reported', async () => {
  const { tenants, onError } = open()
  await tenants.listen(() => {
    throw new Error('on purpose')
  })
  await tenants.write(newTenant(), 0)
  await vi.waitFor(() => expect(onError.mock.calls.join()).toBe('Error: on purpose'))
})

test('what is written stays as it was, whatever becomes of the lists that it came with', async () => {
  const { tenants } = open()
  const claims = ['held']
  const tenant = { ...newTenant(), claims }
  await tenants.write(tenant, 0)
  claims.length = 0
  await tenants.write(tenant, 1)
  expect(await tenants.write({ ...newTenant(), claims: ['held'] }, 0)).toMatchObject({ outcome: 'written' })
})
