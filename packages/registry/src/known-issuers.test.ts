import { issuerDigest } from '@gateway/domain'
import { expect, test } from 'vitest'
import { createKnownIssuers } from './known-issuers.ts'

const acme = 'https://sso.example/acme'
const globex = 'https://sso.example/globex'

/** Known issuers over a store in the hands of the test. */
const open = ({ pauseMs = 0 } = {}) => {
  const store = { issuers: [acme], down: false, reads: 0, most: 0, now: 0, clock: 1_000_000 }
  const known = createKnownIssuers({
    store: {
      async issuerDigests() {
        store.reads += 1
        store.most = Math.max(store.most, ++store.now)
        const digests = new Set(store.issuers.map(issuerDigest))
        await new Promise((resolve) => setTimeout(resolve, 2))
        store.now -= 1
        if (store.down) throw new Error('the store of the test is down')
        return digests
      },
    },
    missingMs: 5_000,
    pauseMs,
    now: () => store.clock,
  })
  return { store, known }
}

test('names that nobody has cost one reading, however many they are', async () => {
  const { store, known } = open()
  const names = Array.from({ length: 2_000 }, (_, n) => `https://evil.example/${n}`)
  const found = await Promise.all(names.map(known.mayHave))
  for (const name of names) found.push(await known.mayHave(name))
  expect(new Set(found)).toEqual(new Set([false]))
  expect(await known.mayHave(acme)).toBe(true)
  expect(store.reads).toBe(1)
  store.clock += 5_000
  expect(await known.mayHave('https://evil.example')).toBe(false)
  expect(store.reads).toBe(2)
})

test('a name is known as soon as a tenant has it, also one that came while names were read', async () => {
  const { store, known } = open()
  const early = known.mayHave(globex)
  await new Promise(setImmediate)
  store.issuers.push(globex)
  known.invalidate()
  expect(await known.mayHave(globex)).toBe(true)
  expect(await early).toBe(false)
  expect([store.reads, store.most]).toEqual([2, 1])
})

test('who was known waits for nothing while all names are read again', async () => {
  const { store, known } = open()
  await known.mayHave(acme)
  store.down = true
  known.invalidate()
  expect(await known.mayHave(acme)).toBe(true)
  expect(store.reads).toBe(1)
})

test('however often tenants change, names are read one pause after another', async () => {
  const { store, known } = open({ pauseMs: 50 })
  const started = performance.now()
  const asked: Promise<boolean>[] = []
  while (performance.now() - started < 200) {
    known.invalidate()
    asked.push(known.mayHave('https://evil.example'))
    await new Promise(setImmediate)
    store.clock = 1_000_000 + Math.floor(performance.now() - started)
  }
  store.clock += 1_000
  expect(new Set(await Promise.all(asked))).toEqual(new Set([false]))
  expect(store.reads).toBeGreaterThan(1)
  expect(store.reads).toBeLessThan(10)
  expect(store.most).toBe(1)
})

test('without the store nobody can tell of a name, until it is back', async () => {
  const { store, known } = open()
  store.down = true
  await expect(known.mayHave(acme)).rejects.toMatchObject({ code: 'unavailable' })
  store.down = false
  expect(await known.mayHave(acme)).toBe(true)
})
