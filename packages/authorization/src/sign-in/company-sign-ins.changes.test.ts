import type { Tenant } from '@gateway/domain'
import { expect, test } from 'vitest'
import { createCompanySignIns } from './company-sign-ins.ts'

const tenant = (id: string, status: Tenant['status'] = 'active'): Tenant =>
  ({
    id,
    status,
    connections: [{ issuer: `https://${id}.example`, clientId: 'c', emailDomains: [`${id}.example`] }],
  }) as Tenant

/** A directory that says what is changed in it, and counts what it is asked. */
const directoryOf = (...first: Tenant[]) => {
  const tenants = new Map(first.map((each) => [each.id, each]))
  const asked: string[] = []
  const directory = {
    hear: (_: string | undefined): void => undefined,
    whileFinding: async (_: string): Promise<void> => undefined,
    list: async (after = '', limit: number) =>
      [...tenants.keys()]
        .sort()
        .flatMap((id) => (id > after ? id : []))
        .slice(0, limit),
    async find(id: string) {
      asked.push(id)
      const found = tenants.get(id)
      await directory.whileFinding(id)
      return found
    },
    listen(hear: (tenantId: string | undefined) => void) {
      directory.hear = hear
      return () => undefined
    },
  }
  return { tenants, asked, directory }
}

const companyOf = async (signIns: ReturnType<typeof createCompanySignIns>, text: string) =>
  (await signIns.find(text))?.tenant.id

test('of many companies the changed ones are read again, and no others', async () => {
  const ids = Array.from({ length: 450 }, (_, i) => `t${i}`)
  const { tenants, asked, directory } = directoryOf(...ids.map((id) => tenant(id)))
  const signIns = createCompanySignIns({ directory, now: () => 0 })
  expect(await companyOf(signIns, 'ann@t449.example')).toBe('t449')
  expect(asked).toHaveLength(450)
  tenants.set('acme', tenant('acme'))
  tenants.set('t1', tenant('t1', 'suspended'))
  tenants.delete('t2')
  for (const id of ['acme', 't1', 't2']) directory.hear(id)
  expect(await companyOf(signIns, 'acme')).toBe('acme')
  expect([await companyOf(signIns, 't1'), await companyOf(signIns, 'ann@t2.example')]).toEqual([
    't1',
    undefined,
  ])
  expect(asked.slice(450)).toEqual(['acme', 't1', 't2'])
  directory.hear(undefined)
  await signIns.only()
  expect(asked).toHaveLength(453 + 450)
})

test('what changes while it is read is not missed', async () => {
  const { tenants, directory } = directoryOf(tenant('acme'), tenant('globex'))
  const signIns = createCompanySignIns({ directory, now: () => 0 })
  directory.whileFinding = async (id) => {
    if (id !== 'globex') return
    directory.whileFinding = async () => undefined
    tenants.set('acme', tenant('acme', 'suspended'))
    directory.hear('acme')
    tenants.delete('globex')
    directory.hear(undefined)
  }
  await signIns.only()
  expect((await signIns.find('acme'))?.tenant.status).toBe('suspended')
  expect([await companyOf(signIns, 'acme'), await companyOf(signIns, 'globex')]).toEqual(['acme', undefined])
})

test('a change that could not be read is read by the next who asks', async () => {
  const { tenants, directory } = directoryOf(tenant('acme'))
  const signIns = createCompanySignIns({ directory, now: () => 0 })
  expect(await companyOf(signIns, 'acme')).toBe('acme')
  tenants.delete('acme')
  directory.hear('acme')
  directory.whileFinding = () => Promise.reject(new Error('away'))
  await expect(signIns.find('acme')).rejects.toThrow('away')
  directory.whileFinding = async () => undefined
  expect(await companyOf(signIns, 'acme')).toBeUndefined()
})
