import { randomBytes } from 'node:crypto'
import { openRedis, redisOAuthStore } from '@gateway/stores'
import { expect, inject, test } from 'vitest'
import { openTokenEndpoint } from './testing/token-endpoint.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A real Redis, started by the global setup of the test run. */
    redisUrl: string
  }
}

/** Signing keys are one value for all, so they get a database of their own, which no other test file has. */
const database = 10

const sealKey = randomBytes(32)

const openReplica = async () => {
  const url = new URL(inject('redisUrl'))
  url.pathname = `/${database}`
  const redis = await openRedis(url.href, { onError() {} })
  return { redis, ...(await openTokenEndpoint(redisOAuthStore(redis), sealKey)) }
}

const open = async () => {
  const stack = new AsyncDisposableStack()
  const replicas = [await openReplica(), await openReplica()] as const
  for (const replica of replicas) {
    stack.use(replica.redis)
    stack.use(replica)
  }
  const [one, other] = replicas
  const clientId = await one.register()
  return { one, other, clientId, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const refused = { status: 400, body: { error: 'invalid_grant' } }

test('of simultaneous requests with one code at two replicas one gets tokens', async () => {
  await using under = await open()
  const { one, other, clientId } = under
  const { form } = await one.issueCode(clientId)
  const answers = await Promise.all([one, other, one, other, one].map(({ token }) => token(form)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
  for (const answer of answers) if (answer.status !== 200) expect(answer).toMatchObject(refused)
})

test('C14: a code that is replayed at the other replica ends everything of its grant, and only of it', async () => {
  await using under = await open()
  const { one, other, clientId } = under
  const [{ form }, sibling] = [await one.issueCode(clientId), await one.issueCode(clientId)]
  const { body } = await other.token(form)
  const { body: others } = await one.token(sibling.form)
  expect(body.refresh_token).toMatch(/^[\w-]{43}$/)
  expect(await one.token(form)).toMatchObject(refused)
  expect(await other.refresh(clientId, body.refresh_token)).toMatchObject(refused)
  expect((await other.refresh(clientId, others.refresh_token)).status).toBe(200)
})

test('C16: a code at the hands of another client stays good for its own', async () => {
  await using under = await open()
  const { one, other, clientId } = under
  const { form } = await one.issueCode(clientId)
  expect(await other.token({ ...form, client_id: await other.register() })).toMatchObject(refused)
  expect((await other.token(form)).status).toBe(200)
})

test('C18: ten simultaneous refreshes with one token at two replicas all work, and are one family', async () => {
  await using under = await open()
  const { one, other, clientId } = under
  const { form } = await one.issueCode(clientId)
  const { body } = await one.token(form)
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => (n % 2 ? one : other).refresh(clientId, body.refresh_token)),
  )
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  const tokens = answers.map((answer) => answer.body.refresh_token)
  expect(new Set([body.refresh_token, ...tokens]).size).toBe(11)
  expect((await other.refresh(clientId, body.refresh_token)).status).toBe(200)
  expect((await one.refresh(clientId, tokens[0])).status).toBe(200)
  expect((await other.refresh(clientId, tokens[1])).status).toBe(200)
  // Now its successor was used: whoever comes with the first token stole it, and all of the family ends.
  expect(await other.refresh(clientId, body.refresh_token)).toMatchObject(refused)
  for (const token of tokens) expect(await one.refresh(clientId, token)).toMatchObject(refused)
})

test('C20: a refresh token at the hands of another client is refused and stays good for its own', async () => {
  await using under = await open()
  const { one, other, clientId } = under
  const { form } = await one.issueCode(clientId)
  const { body } = await one.token(form)
  expect(await other.refresh(await other.register(), body.refresh_token)).toMatchObject(refused)
  expect((await other.refresh(clientId, body.refresh_token)).status).toBe(200)
})

test('no code and no refresh token is anywhere in Redis', async () => {
  await using under = await open()
  const { one, other, clientId } = under
  const { form } = await one.issueCode(clientId)
  const { body } = await other.token(form)
  const { body: next } = await one.refresh(clientId, body.refresh_token)
  const { client } = one.redis
  const texts = await Promise.all(
    (await client.keys('*')).map(async (key) => [
      key,
      (await client.type(key)) === 'hash' ? await client.hgetall(key) : await client.get(key),
    ]),
  )
  const all = JSON.stringify(texts)
  expect(all).toContain(clientId)
  for (const secret of [form.code, body.refresh_token, next.refresh_token]) {
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(all).not.toContain(secret)
  }
})

test('F09: while Redis is away /token is 503 temporarily_unavailable and not a verdict', async () => {
  await using under = await open()
  const { one, other, clientId } = under
  const { form } = await one.issueCode(clientId)
  other.redis.client.disconnect()
  expect(await other.token(form)).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
  expect((await one.token(form)).status).toBe(200)
})
