import { join } from 'node:path'
import { readTenants } from '@gateway/registry'
import { beforeAll, expect, test } from 'vitest'
import { sandboxData } from './sandbox-data.ts'

const file = join(import.meta.dirname, '..', '..', '..', '..', 'deploy', 'local', 'tenants.yaml')
let tenants: Awaited<ReturnType<typeof readTenants>>

beforeAll(async () => {
  const sso = 'http://127.0.0.1:3001'
  tenants = await readTenants(file, { SANDBOX_SSO_URL: sso, SANDBOX_SSO_INTERNAL_URL: sso })
})

const dataOf = (tenantId: string) =>
  tenants
    .filter(({ id }) => id === tenantId)
    .flatMap(({ accounts }) => accounts.flatMap(({ accountId }) => sandboxData.get(accountId) ?? []))

test('every account of the demo tenants has data, and there is data for no other', () => {
  const ids = tenants.flatMap(({ accounts }) => accounts.map(({ accountId }) => accountId))
  expect([...sandboxData.keys()]).toEqual(ids)
})

test.each(['acme', 'globex'])(
  'all names of %s begin with its own, so that tenants differ visibly',
  (tenant) => {
    for (const data of dataOf(tenant)) {
      const named = [data.instances, data.buckets, data.functions, data.alarms, [data.stack]].flat()
      for (const { name } of named) expect(name).toMatch(new RegExp(`^${tenant}-`))
      for (const { name } of data.logGroups) expect(name).toContain(tenant)
    }
  },
)

test.each(['acme', 'globex'])('%s has something of everything', (tenant) => {
  const all = dataOf(tenant)
  const instances = all.flatMap((data) => data.instances)
  expect(new Set(instances.map(({ cpu }) => (cpu === 'stopped' ? cpu : 'running'))).size).toBe(2)
  expect(instances.filter(({ cpu }) => cpu !== 'stopped' && cpu > 85)).toHaveLength(1)
  expect(new Set(instances.map(({ type }) => type)).size).toBeGreaterThan(3)
  const objects = all.flatMap((data) => data.buckets.flatMap((bucket) => bucket.objects))
  const types = new Set(objects.map(({ contentType }) => contentType))
  for (const type of ['text/plain', 'application/json', 'image/png']) expect(types).toContain(type)
  expect(
    Math.max(...all.flatMap((data) => data.buckets.map((bucket) => bucket.objects.length))),
  ).toBeGreaterThan(100)
  expect(new Set(all.flatMap((data) => data.alarms.map(({ state }) => state)))).toEqual(
    new Set(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  )
  for (const data of all) {
    expect(Math.min(data.functions.length, data.logGroups.length)).toBeGreaterThan(0)
  }
})

test('names and keys are unique where AWS wants them to be, and alarms are on instances that exist', () => {
  const all = [...sandboxData.values()]
  const buckets = all.flatMap((data) => data.buckets)
  expect(new Set(buckets.map(({ name }) => name)).size).toBe(buckets.length)
  for (const { objects } of buckets) expect(new Set(objects.map(({ key }) => key)).size).toBe(objects.length)
  for (const { alarms, instances } of all) {
    const here = instances.filter(({ region }) => region === undefined).map(({ name }) => name)
    for (const { instance } of alarms) expect(here).toContain(instance)
  }
})

test('an alarm is in the state that its instance has earned', () => {
  for (const { alarms, instances } of sandboxData.values()) {
    for (const { instance, threshold, state } of alarms) {
      const cpu = instances.find(({ name }) => name === instance)?.cpu ?? 'stopped'
      expect(state).toBe(cpu === 'stopped' ? 'INSUFFICIENT_DATA' : cpu > threshold ? 'ALARM' : 'OK')
    }
  }
})
