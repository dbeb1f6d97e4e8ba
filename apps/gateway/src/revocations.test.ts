import type { Measure, Principal, RevocationState, RevocationSubject } from '@gateway/domain'
import { memoryRevocationStore } from '@gateway/stores'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createRevocations } from './revocations.ts'
import { createRevokedEnds } from './revoked-ends.ts'

const onFault = (): void => undefined

const start = 1_800_000_000_000

const principalWith = (changes: Partial<Principal> = {}): Principal => ({
  id: 'ann',
  issuer: 'https://auth.example',
  subject: 'ann',
  tenantId: 'acme',
  client: 'editor',
  scopes: ['aws:read'],
  groups: [],
  tokenId: 'j-1',
  grantId: 'g-1',
  issuedAt: start / 1000,
  ...changes,
})

/** A store in the hands of the test, on its clock. */
const open = () => {
  const clock = { now: start }
  const asked: RevocationSubject[] = []
  const store = memoryRevocationStore({ now: () => clock.now })
  const state = { away: false }
  const read = async (subject: RevocationSubject): Promise<RevocationState> => {
    asked.push(subject)
    if (state.away) throw new Error('away')
    return store.read(subject)
  }
  const now = () => clock.now
  const measures: Measure[] = []
  const measured = (each: Measure) => void measures.push(each)
  const revocations = createRevocations({ store: { read }, now, measured })
  return { clock, asked, store, state, now, measures, revocations }
}

const outcomeOf = async (check: () => void | Promise<void>): Promise<string> =>
  Promise.resolve()
    .then(check)
    .then(
      () => 'good',
      (thrown: { code?: string }) => String(thrown.code),
    )

test('what was asked a moment ago costs neither a question nor a promise', async () => {
  const { revocations, asked, clock } = open()
  const ann = principalWith()
  const first = revocations.check(ann)
  expect(first).toBeInstanceOf(Promise)
  await first
  clock.now += 2_999
  for (let n = 0; n < 100; n++) expect(revocations.check(ann)).toBeUndefined()
  expect(asked).toEqual([
    { tenantId: 'acme', userId: 'ann', clientId: 'editor', tokenId: 'j-1', grantId: 'g-1' },
  ])
})

test('requests that come at once ask once', async () => {
  const { revocations, asked } = open()
  const ann = principalWith()
  await Promise.all(Array.from({ length: 50 }, () => revocations.check(ann)))
  expect(asked).toHaveLength(1)
})

test('who goes on asking learns it within 5 s, and nobody waits for that', async () => {
  const { revocations, store, clock } = open()
  const ann = principalWith()
  await revocations.check(ann)
  await store.revoke({ tenantId: 'acme', kind: 'grant', id: 'g-1', ttlSeconds: 900 })
  clock.now += 3_000
  expect(revocations.check(ann)).toBeUndefined()
  await vi.waitFor(async () => expect(await outcomeOf(() => revocations.check(ann))).toBe('invalid_token'))
})

const acme = { tenantId: 'acme' } as const

test.for([
  ['the token', { ...acme, kind: 'token', id: 'j-1', ttlSeconds: 900 }],
  ['the grant', { ...acme, kind: 'grant', id: 'g-1', ttlSeconds: 900 }],
  ['the user', { ...acme, kind: 'user', id: 'ann' }],
  ['the client', { ...acme, kind: 'client', id: 'editor' }],
  ['the tenant', { ...acme, kind: 'tenant' }],
] as const)('A36 revoked: %s, and nobody of another company', async ([, revocation]) => {
  const { revocations, store, clock } = open()
  const ann = principalWith()
  const foreign = principalWith({ tenantId: 'globex' })
  const other = principalWith({ id: 'bob', client: 'ci', tokenId: 'j-2', grantId: 'g-2' })
  await Promise.all([ann, foreign, other].map((each) => revocations.check(each)))
  await store.revoke(revocation)
  clock.now += 5_000
  expect(await outcomeOf(() => revocations.check(ann))).toBe('invalid_token')
  expect(await revocations.isRevoked(ann)).toBe(true)
  expect(await outcomeOf(() => revocations.check(foreign))).toBe('good')
  const all = revocation.kind === 'tenant'
  expect(await outcomeOf(() => revocations.check(other))).toBe(all ? 'invalid_token' : 'good')
  // Who signs in again afterwards is let in.
  const again = principalWith({ tokenId: 'j-3', grantId: 'g-3', issuedAt: clock.now / 1000 })
  expect(await outcomeOf(() => revocations.check(again))).toBe('good')
})

/** A caller of whom the store has answered once, before it went away. */
const known = async () => {
  const under = open()
  const ann = principalWith()
  await under.revocations.check(ann)
  under.state.away = true
  const after = (ms: number, principal = ann) => {
    under.clock.now = start + ms
    return outcomeOf(() => under.revocations.check(principal))
  }
  return { ...under, ann, after }
}

test('A37 the store is away: what is known of a young token goes for a minute, then nobody can tell, which is no refusal', async () => {
  const { after, revocations, state, measures, ann } = await known()
  expect(await after(4_999)).toBe('good')
  expect(measures).toEqual([])
  expect(await after(60_000)).toBe('good')
  expect(measures).toEqual([{ of: 'store-away', what: 'revocations' }])
  expect(await after(60_001)).toBe('unavailable')
  expect(measures.at(-1)).toEqual({ of: 'store-away', what: 'refused' })
  await expect(Promise.resolve(revocations.check(ann))).rejects.toMatchObject({
    details: { retryAfterSeconds: 2 },
  })
  state.away = false
  expect(await outcomeOf(() => revocations.check(ann))).toBe('good')
})

test('A37 the store is away: nothing is believed of a token that nobody has asked about', async () => {
  const { after } = await known()
  expect(await after(1, principalWith({ tokenId: 'j-2' }))).toBe('unavailable')
  expect(await after(1, principalWith({ tenantId: 'globex' }))).toBe('unavailable')
})

test('A37 the store is away: a token that was verified anew is known as it was, in its own tenant alone', async () => {
  const { after, asked } = await known()
  const others: Partial<Principal>[] = [
    { tenantId: 'globex' },
    { id: 'bob' },
    { client: 'ci' },
    { tokenId: 'j-2' },
    { grantId: 'g-2' },
  ]
  // As the memory of verified tokens makes it, every minute.
  expect(await after(2_000, principalWith())).toBe('good')
  expect(await after(58_000, principalWith())).toBe('good')
  for (const other of others) expect(await after(58_000, principalWith(other))).toBe('unavailable')
  const asks = asked.length
  expect(await after(4_000, principalWith())).toBe('good')
  // In the background, after three seconds.
  expect(asked).toHaveLength(asks + 1)
})

test('what is known of a token of one tenant says nothing of one of another with the same names', async () => {
  const { revocations, store, clock } = open()
  await store.revoke({ ...acme, kind: 'token', id: 'j-1', ttlSeconds: 900 })
  const outcome = (changes: Partial<Principal>) => outcomeOf(() => revocations.check(principalWith(changes)))
  for (let round = 0; round < 3; round++) {
    expect(await outcome({})).toBe('invalid_token')
    expect(await outcome({ tenantId: 'globex' })).toBe('good')
    clock.now += 1_000
  }
})

test('A37 the store is away: of tokens without an id, each moment of issue is one', async () => {
  const { revocations, state, clock } = open()
  const plain = (issuedAt: number): Principal => {
    const { tokenId, grantId, ...rest } = principalWith({ issuedAt })
    return rest
  }
  await revocations.check(plain(start / 1000))
  state.away = true
  clock.now += 6_000
  expect(await outcomeOf(() => revocations.check(plain(start / 1000)))).toBe('good')
  expect(await outcomeOf(() => revocations.check(plain(start / 1000 - 1)))).toBe('unavailable')
})

test('of more tokens than are remembered the last ones are known', async () => {
  const { store, asked, now } = open()
  const read = async (subject: RevocationSubject) => {
    asked.push(subject)
    return store.read(subject)
  }
  const revocations = createRevocations({ store: { read }, now, size: 2 })
  for (const tokenId of ['a', 'b', 'c']) await revocations.check(principalWith({ tokenId }))
  for (const tokenId of ['b', 'c']) expect(revocations.check(principalWith({ tokenId }))).toBeUndefined()
  await revocations.check(principalWith({ tokenId: 'a' }))
  expect(asked.map(({ tokenId }) => tokenId)).toEqual(['a', 'b', 'c', 'a'])
})

test.for<[string, number | undefined, string]>([
  ['issued five minutes before', start / 1000 - 294, 'unavailable'],
  ['issued a moment later than that', start / 1000 - 293, 'good'],
  ['of which nobody knows when it was issued', undefined, 'unavailable'],
])('A37 the store is away for 6 s: a token %s', async ([, issuedAt, outcome]) => {
  const under = open()
  const { issuedAt: _, ...timeless } = principalWith()
  const ann: Principal = issuedAt === undefined ? timeless : { ...timeless, issuedAt }
  await under.revocations.check(ann)
  under.state.away = true
  under.clock.now += 6_000
  expect(await outcomeOf(() => under.revocations.check(ann))).toBe(outcome)
})

test('what was revoked before the store went away stays so', async () => {
  const { revocations, store, state, clock } = open()
  const ann = principalWith()
  await store.revoke({ tenantId: 'acme', kind: 'grant', id: 'g-1', ttlSeconds: 900 })
  expect(await outcomeOf(() => revocations.check(ann))).toBe('invalid_token')
  state.away = true
  clock.now += 30_000
  expect(await outcomeOf(() => revocations.check(ann))).toBe('invalid_token')
})

test('a clock that is set back makes no answer last longer', async () => {
  const { revocations, asked, clock } = open()
  const ann = principalWith()
  await revocations.check(ann)
  clock.now -= 3_600_000
  await revocations.check(ann)
  expect(asked).toHaveLength(2)
})

test('what a caller holds open ends when it is revoked; all of it, and nothing of others', async () => {
  const { revocations, store, asked, now } = open()
  const ends = createRevokedEnds({ revocations, now, onFault, everyMs: 20 })
  onTestFinished(() => ends.close())
  const retired: string[] = []
  const held = (name: string, principal: Principal) => {
    const bound = { principal, retire: (why: string) => void retired.push(`${name} ${why}`) }
    ends.add(bound)
    return bound
  }
  const ann = principalWith()
  const bounds = [held('stream', ann), held('socket', ann), held('other', principalWith({ id: 'bob' }))]
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(2))
  expect(retired).toEqual([])
  await store.revoke({ ...acme, kind: 'user', id: 'ann' })
  await vi.waitFor(() => expect(retired.slice(0, 2).sort()).toEqual(['socket revoked', 'stream revoked']))
  for (const bound of bounds) ends.remove(bound)
  expect(retired.filter((each) => each.startsWith('other'))).toEqual([])
})

test('one question for all that one caller holds open, and none when nothing is', async () => {
  const { revocations, asked, now } = open()
  const ends = createRevokedEnds({ revocations, now, onFault, everyMs: 300 })
  onTestFinished(() => ends.close())
  const ann = principalWith()
  const bounds = Array.from({ length: 10 }, () => ({ principal: ann, retire: () => undefined }))
  for (const bound of bounds) ends.add(bound)
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0), { interval: 5 })
  for (const bound of bounds) ends.remove(bound)
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(asked).toHaveLength(1)
})

test('while nobody can tell, what is open stays for a minute, and then ends', async () => {
  const { revocations, state, clock, now } = open()
  const ends = createRevokedEnds({ revocations, now, onFault, everyMs: 10 })
  onTestFinished(() => ends.close())
  const retire = vi.fn()
  state.away = true
  const bound = { principal: principalWith(), retire }
  ends.add(bound)
  clock.now += 60_000
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(retire).not.toHaveBeenCalled()
  clock.now += 1
  await vi.waitFor(() => expect(retire).toHaveBeenCalledWith('revoked'))
  ends.remove(bound)
})

test('what cannot be ended keeps nothing else open, and is told', async () => {
  const { revocations, store, now } = open()
  const told: string[] = []
  const ends = createRevokedEnds({
    revocations,
    now,
    onFault: (_, message) => void told.push(message),
    everyMs: 10,
  })
  onTestFinished(() => ends.close())
  await store.revoke({ ...acme, kind: 'user', id: 'ann' })
  const principal = principalWith()
  const retire = vi.fn()
  const broken = {
    principal,
    retire() {
      throw new Error('broken')
    },
  }
  ends.add(broken)
  ends.add({ principal, retire })
  await vi.waitFor(() => expect(retire).toHaveBeenCalled())
  expect(told[0]).toBe('what a revoked caller held open could not be ended')
})
