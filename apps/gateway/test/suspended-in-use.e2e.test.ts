import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type CompanySso, startCompanySso, startRedis } from '@gateway/backends'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { callerOf } from './support/caller.ts'
import { adminEnvironment } from './support/gateway.ts'
import type { OpenAnswer } from './support/open-answer.ts'
import { type Operator, operatorAt } from './support/operator.ts'
import { openSignIn } from './support/sign-in.ts'
import {
  connectionOf,
  type Replica,
  type SignInService,
  startSignInService,
} from './support/sign-in-service.ts'
import { newAccount, newTenant } from './support/stored-tenant.ts'

const backend = {
  cacheDir: join(import.meta.dirname, '..', '..', '..', '.cache'),
  mayInstall: true,
  env: process.env,
}
const stored = `initech-${randomBytes(4).toString('hex')}`

const stack = new AsyncDisposableStack()
let two: SignInService
let operator: Operator
let sso: CompanySso

beforeAll(async () => {
  const redis = stack.use(await startRedis(backend))
  sso = stack.use(await startCompanySso('ian'))
  const operators = stack.use(await openSignIn({ id: 'operators', resource: 'known once it is started' }))
  two = stack.use(await startSignInService({ redisUrl: redis.url, env: adminEnvironment(operators) }))
  // The same issuer and key, now that their resource is known.
  const { key } = operators
  const theirs = { ...{ id: 'operators', key }, resource: `${two.service.url}/admin` }
  operator = operatorAt(two.service.origins[1], stack.use(await openSignIn(theirs)), {
    host: new URL(two.service.url).host,
  })
  const tenant = newTenant(stored, two.service.acme, { connections: [connectionOf(sso)] })
  const made = await operator.ask('POST', '/tenants', { body: tenant })
  expect([made.status, made.body]).toEqual([201, expect.any(String)])
  const account = await operator.ask('POST', `/tenants/${stored}/accounts`, { body: newAccount('one') })
  expect(account.status).toBe(201)
})
afterAll(() => stack.disposeAsync())

const both = [0, 1] as const

/** A session on each replica, with a stream of its own and a subscription. */
const holdOpen = async (token: string) => {
  const caller = callerOf(two.service, token)
  const streams = async (replica: Replica): Promise<OpenAnswer[]> => {
    const session = await caller.initialize(replica)
    const subscription = await caller.ask(replica, 'subscriptions/listen', {
      notifications: { toolsListChanged: true },
    })
    await subscription.message(({ method }) => method === 'notifications/subscriptions/acknowledged')
    return [await caller.get(replica, session), subscription]
  }
  const open = (await Promise.all(both.map(streams))).flat()
  const over = open.map(() => false)
  open.forEach(({ ended }, i) => {
    void ended.then(() => {
      over[i] = true
    })
  })
  return { over, [Symbol.dispose]: () => open.forEach((each) => void each.close()) }
}

const refresh = async (replica: Replica, of: { clientId: string; refresh_token: string }) => {
  const form = { grant_type: 'refresh_token', client_id: of.clientId, refresh_token: of.refresh_token }
  const answer = await two.post(replica, form)
  const body = (await answer.json()) as { error?: string; refresh_token?: string }
  return { status: answer.status, ...body }
}

/** Calls all the while on both replicas, twenty times at least; what came of it. */
const goOnCalling = (token: string) => {
  let on = true
  const statuses = new Set<number>()
  let slowest = 0
  const all = both.map(async (replica) => {
    for (let calls = 0; on || calls < 20; calls++) {
      const started = performance.now()
      const { status } = await two.call(replica, token)
      slowest = Math.max(slowest, performance.now() - started)
      statuses.add(status)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
  return async () => {
    on = false
    await Promise.all(all)
    return { statuses: [...statuses], slowest }
  }
}

const ways = {
  'in the tenants file': {
    company: () => two.idOf('acme'),
    suspend: () =>
      two.service.writeTenants(({ acme }) => {
        acme.status = 'suspended'
      }),
    resume: () => two.service.writeTenants(),
  },
  'by the admin API': {
    company: () => stored,
    suspend: () => operator.ask('POST', `/tenants/${stored}/suspend`),
    resume: () => operator.ask('POST', `/tenants/${stored}/resume`),
  },
}

test.for(Object.entries(ways))(
  'a tenant suspended %s while in use: locked out within 5 s, and nobody else notices',
  async ([, { company, suspend, resume }]) => {
    const ann = await two.tokens(company())
    const gus = await two.tokens('globex')
    using anns = await holdOpen(ann.access_token)
    using gusses = await holdOpen(gus.access_token)
    // Somebody of theirs is at the SSO meanwhile.
    const halfway = {
      clientId: await two.register(),
      browser: two.browser(() => 0, `${two.issuer}/sso/callback`),
    }
    const callback = await two.signIn(halfway.browser, { clientId: halfway.clientId, company: company() })
    const stopCalling = goOnCalling(gus.access_token)

    const from = performance.now()
    await suspend()
    await vi.waitFor(
      async () => {
        for (const replica of both) {
          const { status, headers, body } = await two.call(replica, ann.access_token)
          expect([status, JSON.parse(body).error?.data?.code]).toEqual([403, 'tenant_suspended'])
          expect(headers).not.toHaveProperty('www-authenticate')
        }
        expect(anns.over).toEqual(anns.over.map(() => true))
      },
      { timeout: 5_000, interval: 50 },
    )
    const lockedOut = performance.now() - from
    expect(lockedOut).toBeLessThan(5_000)
    for (const replica of both) {
      expect(await refresh(replica, ann)).toMatchObject({ status: 400, error: 'invalid_grant' })
    }
    const { pathname, search, searchParams } = new URL(callback.url)
    const back = await two.ask(0, `${pathname}${search}`, {
      headers: { cookie: `sign-in=${searchParams.get('state')}` },
    })
    expect([back.status, await back.text()]).toEqual([403, expect.stringContaining('suspended here')])
    const anew = await two.signIn(two.browser(), { clientId: await two.register(), company: company() })
    expect([anew.status, anew.text]).toEqual([403, expect.stringContaining('suspended here')])

    // The other company signs in, refreshes and calls as ever.
    expect((await two.call(1, (await two.tokens('globex')).access_token)).status).toBe(200)
    const refreshed = await refresh(1, gus)
    expect(refreshed.status).toBe(200)
    const { statuses, slowest } = await stopCalling()
    expect(statuses).toEqual([200])
    expect(slowest).toBeLessThan(2_000)
    expect(gusses.over).toEqual(gusses.over.map(() => false))

    await resume()
    await vi.waitFor(async () => {
      for (const replica of both) expect((await two.call(replica, ann.access_token)).status).toBe(200)
    }, 5_000)
    expect((await two.call(0, (await two.tokens(company())).access_token)).status).toBe(200)
  },
)
