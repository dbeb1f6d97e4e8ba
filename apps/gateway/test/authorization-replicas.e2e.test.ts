import { join } from 'node:path'
import { createSigningKeys } from '@gateway/authorization'
import { startRedis } from '@gateway/backends'
import type { AuditEvent } from '@gateway/domain'
import { openRedis, redisOAuthStore } from '@gateway/stores'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  type Replica,
  type SignInService,
  startSignInService,
  type Tokens,
} from './support/sign-in-service.ts'
import { send, type WireAnswer } from './support/wire.ts'

const cacheDir = join(import.meta.dirname, '..', '..', '..', '.cache')
const stateKey = Buffer.alloc(32, 9)

const stack = new AsyncDisposableStack()
let redisUrl: string
let two: SignInService

beforeAll(async () => {
  // Of its own: the signing keys in it are sealed with this key.
  redisUrl = stack.use(await startRedis({ cacheDir, mayInstall: true, env: process.env })).url
  two = stack.use(await startSignInService({ redisUrl, env: { STATE_KEY: stateKey.toString('base64') } }))
})
afterAll(() => stack.disposeAsync())

const both = [0, 1] as const

const refresh = (replica: Replica, clientId: string, refreshToken: string): Promise<Response> =>
  two.post(replica, { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken })

const tokensIn = async (answer: Response): Promise<Tokens> => {
  const text = await answer.text()
  expect([answer.status, text]).toEqual([200, expect.any(String)])
  return JSON.parse(text)
}

const errorIn = async (answer: Response): Promise<unknown> => {
  const { error } = (await answer.json()) as { error?: string }
  return [answer.status, error]
}

const statusOn = async (replica: Replica, token: string): Promise<number> =>
  (await two.call(replica, token)).status

/** Refused on both replicas, 5 s after `from` at the latest. */
const expectOut = async (token: string, from: number): Promise<void> => {
  for (const replica of both) {
    await vi.waitFor(async () => expect(await statusOn(replica, token)).toBe(401), {
      timeout: Math.max(1, from + 5_000 - performance.now()),
      interval: 100,
    })
  }
}

const expectIn = async (token: string): Promise<void> => {
  for (const replica of both) expect(await statusOn(replica, token)).toBe(200)
}

/** One refusal of a client says that something was used twice, and one event that its grant was revoked. */
const expectReuse = async (reason: string, clientId: string): Promise<void> => {
  const ofClient = (events: readonly AuditEvent[]) => events.filter(({ client }) => client?.id === clientId)
  const events = ofClient(
    await two.service.audit((all) => ofClient(all).some(({ event }) => event === 'oauth.revocation')),
  )
  const counted = (name: string, code?: string) =>
    events.filter(({ event, reason_code }) => event === name && reason_code === code).length
  expect([counted('oauth.deny', reason), counted('oauth.revocation')]).toEqual([1, 1])
}

/** A code that nobody has redeemed, and what is sent for it. */
const unusedCode = async () => {
  const clientId = await two.register(1)
  const page = await two.signIn(two.browser(), { clientId })
  return { clientId, form: two.codeForm(page, clientId) }
}

describe('codes', () => {
  test('consent on one, SSO back to the other, code of one redeemed at the other, good at both gateways', async () => {
    for (const [here, there] of [both, [1, 0]] as const) {
      const clientId = await two.register(here)
      const visited: Replica[] = []
      const page = await two.signIn(
        two.browser(() => {
          // Every request lands where the one before it did not.
          const next = visited.at(-1) === here ? there : here
          visited.push(next)
          return next
        }),
        { clientId },
      )
      // auth, consent, its answer, the company, back from its SSO, and the end of the interaction.
      expect(visited.length).toBeGreaterThanOrEqual(6)
      expect(new URL(page.url).searchParams.get('iss')).toBe(two.issuer)
      const { access_token } = await tokensIn(
        await two.post(visited.at(-1) === 0 ? 1 : 0, two.codeForm(page, clientId)),
      )
      expect(decodeJwt(access_token)).toMatchObject({ iss: two.issuer, tenant: two.idOf('acme') })
      await expectIn(access_token)
    }
  })

  test('one code on both replicas at once: never two get tokens, and it is dead', async () => {
    for (let i = 0; i < 5; i++) {
      const { form } = await unusedCode()
      const answers = await Promise.all([0, 1, 0, 1].map((replica) => two.post(replica as Replica, form)))
      const statuses = answers.map(({ status }) => status).toSorted()
      // None, where one that came second ended the grant while the first was still answered.
      expect([200, 400]).toContain(statuses[0])
      expect(statuses.slice(1)).toEqual([400, 400, 400])
      for (const replica of both) {
        expect(await errorIn(await two.post(replica, form))).toEqual([400, 'invalid_grant'])
      }
    }
  })

  test('a code used again on the other replica ends what the first use got, on both', async () => {
    const { form, clientId } = await unusedCode()
    const tokens = await tokensIn(await two.post(0, form))
    await expectIn(tokens.access_token)
    const from = performance.now()
    expect(await errorIn(await two.post(1, form))).toEqual([400, 'invalid_grant'])
    expect(await errorIn(await refresh(0, clientId, tokens.refresh_token))).toEqual([400, 'invalid_grant'])
    await expectOut(tokens.access_token, from)
    await expectReuse('oauth:code_reuse', clientId)
  })
})

describe('refresh tokens', () => {
  test('one that a replica issued is used at the other', async () => {
    const { clientId, ...first } = await two.tokens()
    const second = await tokensIn(await refresh(1, clientId, first.refresh_token))
    const third = await tokensIn(await refresh(0, clientId, second.refresh_token))
    await expectIn(third.access_token)
  })

  test('one used on both at once: both go on, as one family', async () => {
    const { clientId, ...first } = await two.tokens()
    const answers = await Promise.all(both.map((replica) => refresh(replica, clientId, first.refresh_token)))
    const [left, right] = await Promise.all(answers.map(tokensIn))
    if (!left || !right) throw new Error('two were asked')
    expect(left.refresh_token).not.toBe(right.refresh_token)
    expect(decodeJwt(left.access_token).gid).toBe(decodeJwt(right.access_token).gid)
    const after = await tokensIn(await refresh(1, clientId, left.refresh_token))
    await tokensIn(await refresh(0, clientId, right.refresh_token))
    // One of them revoked ends the others (RFC 7009 section 2.1).
    await expectIn(after.access_token)
    const from = performance.now()
    const revoked = await two.post(
      0,
      { token: after.refresh_token, token_type_hint: 'refresh_token', client_id: clientId },
      '/token/revocation',
    )
    expect(revoked.status).toBe(200)
    for (const replica of both) {
      expect(await errorIn(await refresh(replica, clientId, right.refresh_token))).toEqual([
        400,
        'invalid_grant',
      ])
    }
    await expectOut(after.access_token, from)
  })

  test('one used after its successor was: the whole family ends, on both', async () => {
    const { clientId, ...first } = await two.tokens()
    const second = await tokensIn(await refresh(0, clientId, first.refresh_token))
    const third = await tokensIn(await refresh(1, clientId, second.refresh_token))
    await expectIn(third.access_token)
    const from = performance.now()
    expect(await errorIn(await refresh(1, clientId, first.refresh_token))).toEqual([400, 'invalid_grant'])
    for (const replica of both) {
      expect(await errorIn(await refresh(replica, clientId, third.refresh_token))).toEqual([
        400,
        'invalid_grant',
      ])
    }
    await expectOut(third.access_token, from)
    await expectReuse('oauth:refresh_reuse', clientId)
  })
})

test('an access token revoked at one is refused at both, and nobody else notices', async () => {
  const { clientId, access_token } = await two.tokens()
  const other = await two.tokens('globex')
  await expectIn(access_token)
  await expectIn(other.access_token)
  const from = performance.now()
  const answer = await two.post(1, { token: access_token, client_id: clientId }, '/token/revocation')
  expect(answer.status).toBe(200)
  await expectOut(access_token, from)
  await expectIn(other.access_token)
})

test('a replica killed in the middle of a sign-in loses nothing, and a key rotated meanwhile is known to both', async () => {
  const before = await two.tokens()
  await expectIn(before.access_token)
  const clientId = await two.register(1)
  let replica: Replica = 1
  const browser = two.browser(() => replica)
  const consent = await browser.open(two.authUrl(clientId))
  const choice = await browser.submit(consent, { answer: 'continue' })
  two.service.replica(1).child.kill('SIGKILL')
  await two.service.replica(1).ended
  replica = 0
  const page = await browser.submit(choice, { company: two.idOf('acme') })
  const old = await tokensIn(await two.post(0, two.codeForm(page, clientId)))

  await using redis = await openRedis(redisUrl, { onError: () => undefined })
  const keys = createSigningKeys({
    store: redisOAuthStore(redis),
    sealKeys: [stateKey],
    now: Date.now,
    // Signs at once, before the replica that still runs has read it.
    cacheMs: 1,
  })
  const { kid } = await keys.rotate()
  await two.service.restart(1)
  const fresh = await tokensIn(await refresh(1, clientId, old.refresh_token))
  expect(decodeProtectedHeader(fresh.access_token).kid).toBe(kid)
  expect(decodeProtectedHeader(old.access_token).kid).not.toBe(kid)
  await expectIn(fresh.access_token)
  await expectIn(old.access_token)
  await expectIn(before.access_token)
  const { keys: published } = (await (await two.ask(1, '/jwks')).json()) as {
    keys: { kid: string; d?: string }[]
  }
  expect(published.map((key) => key.kid)).toContain(kid)
  expect(published.every(({ d }) => d === undefined)).toBe(true)
})

test('served by a process of its own: its tokens are good at a gateway that serves none, which tells its metadata', async () => {
  await using apart = await startSignInService({
    redisUrl,
    authorizationOn: [1],
    env: { STATE_KEY: stateKey.toString('base64') },
    envOf: (replica): Record<string, string> => (replica === 1 ? { SERVES: 'authorization' } : {}),
    readyUrlOf: (replica, authorizationOrigin) =>
      replica === 1 ? `${authorizationOrigin}/healthz` : undefined,
  })
  const { access_token } = await apart.tokens()
  expect((await apart.call(0, access_token)).status).toBe(200)
  await expect(apart.call(1, access_token)).rejects.toThrow('ECONNREFUSED')
  const document = async (answer: Response | WireAnswer) =>
    JSON.parse(typeof answer.body === 'string' ? answer.body : await new Response(answer.body).text())
  const path = '/.well-known/oauth-authorization-server'
  const own = await apart.ask(1, path)
  const told = await send(apart.service.origins[0], {
    path,
    headers: [['host', new URL(apart.service.url).host]],
  })
  expect([own.status, told.status]).toEqual([200, 200])
  expect(await document(told)).toEqual(await document(own))
  const resource = await send(apart.service.origins[0], {
    path: '/.well-known/oauth-protected-resource/mcp',
    headers: [['host', new URL(apart.service.url).host]],
  })
  expect(await document(resource)).toMatchObject({ authorization_servers: [apart.issuer] })
  // Nobody signs in while it is away; who has a token does not notice.
  apart.service.replica(1).child.kill('SIGKILL')
  await apart.service.replica(1).ended
  expect((await apart.call(0, access_token)).status).toBe(200)
})
