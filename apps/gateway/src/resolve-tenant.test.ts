import { GatewayError, type Grant, type Principal, type Tenant, type TenantDirectory } from '@gateway/domain'
import Fastify from 'fastify'
import fp from 'fastify-plugin'
import { expect, test, vi } from 'vitest'
import { resolveTenant } from './resolve-tenant.ts'

const principalOf = (tenantId: string): Principal => ({
  id: `id-${tenantId}`,
  issuer: 'https://sso.example',
  subject: 'ann',
  tenantId,
  client: 'editor',
  scopes: ['aws:read'],
  groups: [],
})

const rate = { perMinute: 60, burst: 10 }

const tenantOf = (id: string, status = 'active') =>
  ({ id, status, accounts: [], limits: { tenant: rate, user: rate } }) as unknown as Tenant

/** Knows them all at once, or none before it is asked. */
const directoryOf = (tenants: ReadonlyMap<string, Tenant>, known = true) => ({
  known: (id: string) => (known ? tenants.get(id) : undefined),
  find: vi.fn(async (id: string) => tenants.get(id)),
})

/** The step alone, behind a stand-in of the one before it; `ask` answers the grant, or the code of the refusal. */
const openApp = async (directory: Pick<TenantDirectory, 'known' | 'find'>) => {
  const app = Fastify()
  let principal: Principal | null = null
  const before = fp(
    async (scope) => {
      scope.decorateRequest('principal', null)
      scope.addHook('onRequest', async (request) => {
        request.principal = principal
      })
    },
    { name: 'authenticate' },
  )
  await app.register(before)
  await app.register(resolveTenant, { directory })
  app.setErrorHandler((error, _, reply) => reply.send(error instanceof GatewayError ? error.code : 'fault'))
  const grants: (Grant | null)[] = []
  app.get('/', async (request) => {
    grants.push(request.grant)
    return 'passed'
  })
  return {
    async ask(caller: Principal | null) {
      principal = caller
      const { body } = await app.inject('/')
      return body === 'passed' ? grants.at(-1) : body
    },
    [Symbol.asyncDispose]: () => app.close(),
  }
}

test('a grant is kept with its principal, and never given to another', async () => {
  const tenants = new Map(['acme', 'globex'].map((id) => [id, tenantOf(id)]))
  await using app = await openApp(directoryOf(tenants))
  const ann = principalOf('acme')
  const grant = await app.ask(ann)
  expect(grant).toMatchObject({ principal: ann, tenant: { id: 'acme' } })
  expect(await app.ask(ann)).toBe(grant)
  const twin = principalOf('acme')
  expect(await app.ask(twin)).not.toBe(grant)
  expect(await app.ask(principalOf('globex'))).toMatchObject({ tenant: { id: 'globex' } })
})

test('a tenant that changed is seen by the next request', async () => {
  const tenants = new Map([['acme', tenantOf('acme')]])
  await using app = await openApp(directoryOf(tenants))
  const ann = principalOf('acme')
  await app.ask(ann)
  const changed = tenantOf('acme')
  tenants.set('acme', changed)
  expect(await app.ask(ann)).toHaveProperty('tenant', changed)
  tenants.set('acme', tenantOf('acme', 'suspended'))
  expect(await app.ask(ann)).toBe('tenant_suspended')
  tenants.delete('acme')
  expect(await app.ask(ann)).toBe('unknown_tenant')
  expect(await app.ask(null)).toBe('unknown_tenant')
})

test('a tenant that is known is not looked for, and one that is not known is', async () => {
  const tenants = new Map([['acme', tenantOf('acme')]])
  for (const known of [true, false]) {
    const directory = directoryOf(tenants, known)
    await using app = await openApp(directory)
    expect(await app.ask(principalOf('acme'))).toMatchObject({ tenant: { id: 'acme' } })
    expect(directory.find.mock.calls).toEqual(known ? [] : [['acme']])
    expect(await app.ask(principalOf('initech'))).toBe('unknown_tenant')
  }
})

test('a tenant that nobody can tell of is neither let in nor refused', async () => {
  const away = async () => {
    throw new GatewayError('unavailable', 'Not now.')
  }
  await using app = await openApp({ known: () => undefined, find: away })
  expect(await app.ask(principalOf('acme'))).toBe('unavailable')
})
