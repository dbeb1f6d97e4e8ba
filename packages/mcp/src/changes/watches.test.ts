import { type ErrorCode, GatewayError, type Grant, needInput, type ResourceRead } from '@gateway/domain'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { gate } from '../testing/answers.ts'
import { grantOfCaller, readTenants } from '../testing/grants.ts'
import { createWatches, type WatchBounds, type WatchDependencies } from './watches.ts'

const uri = 'aws://one/eu-west-1/stacks/web'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] }))
afterEach(() => void vi.useRealTimers())

const quick = { everyMs: 15_000, mostMs: 60_000 }

/** Watches over a resource whose text can be changed, with all reads of it and when they were made, in seconds. */
const watching = (bounds: Partial<WatchBounds> = quick, rest: Partial<WatchDependencies> = {}) => {
  const began = Date.now()
  const reads: ResourceRead[] = []
  const times: number[] = []
  const faults: object[] = []
  const state = { text: 'one', failure: undefined as Error | undefined }
  const deps: WatchDependencies = {
    async readResource(read) {
      reads.push(read)
      times.push((Date.now() - began) / 1000)
      if (state.failure) throw state.failure
      return { contents: [{ uri: read.uri, mimeType: 'text/plain', text: state.text }] }
    },
    isWatched: () => true,
    isFinal: (_grant, _uri, text) => text === 'over',
    newId: () => 'id',
    logOf: () => ({ info() {}, error: (fields) => void faults.push(fields) }),
    now: Date.now,
    ...rest,
  }
  const watches = createWatches(deps, { random: () => 0.5, ...bounds })
  const join = (grant: Grant = grantOfCaller(), uris: readonly string[] = [uri]) => {
    const heard: string[] = []
    const watched = watches.join({ era: 'modern', heard: (each) => void heard.push(each) })
    watched.set(grant, uris)
    return { ...watched, heard }
  }
  return { join, state, reads, times, faults }
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)

const refusal = (code: ErrorCode) => new GatewayError(code, 'No.')

test('a change is told once; without one nothing is', async () => {
  const { join, state } = watching()
  const { heard } = join()
  await seconds(40)
  expect(heard).toEqual([])
  state.text = 'two'
  await seconds(200)
  expect(heard).toEqual([uri])
  state.text = 'three'
  await seconds(61)
  expect(heard).toEqual([uri, uri])
})

test('it looks at once, then less and less often while nothing changes, and often again after a change', async () => {
  const { join, state, times } = watching({})
  join()
  await seconds(340)
  expect(times).toEqual([1, 31, 91, 211, 331])
  state.text = 'two'
  await seconds(220)
  expect(times.slice(5)).toEqual([451, 481, 541])
})

test('what will never change again is told once, be it at the first look, and read no more', async () => {
  const { join, state, times } = watching()
  const { heard, set } = join()
  await seconds(2)
  state.text = 'over'
  await seconds(300)
  expect([times, heard, vi.getTimerCount()]).toEqual([[1, 16], [uri], 0])
  set(grantOfCaller(), [uri])
  expect(vi.getTimerCount()).toBe(0)
  const late = join()
  await seconds(300)
  expect([times.length, heard, late.heard, vi.getTimerCount()]).toEqual([3, [uri], [uri], 0])
})

test('by itself a user has ten and a tenant forty', async () => {
  const { join, reads } = watching({})
  const many = Array.from({ length: 11 }, (_, n) => `aws://${n}`)
  for (const subject of ['ann', 'bob', 'cat', 'dan', 'eve']) join(grantOfCaller({ subject }), many)
  await seconds(20)
  const seen = reads.map(({ grant }) => grant.principal.subject)
  expect([seen.length, seen.filter((each) => each === 'ann').length]).toEqual([40, 10])
})

test('looks that began together move apart', async () => {
  let dice = 0
  const { join, times, reads } = watching({ random: () => (dice++ % 2 === 0 ? 0 : 1) })
  join(grantOfCaller(), ['aws://a', 'aws://b'])
  await seconds(40)
  expect(reads.map((read) => read.uri)).toEqual(['aws://a', 'aws://b', 'aws://a', 'aws://b'])
  expect(times).toEqual([1, 1, 28, 34])
})

test('two streams of one user share the looks, both hear, and the looks end with the last one', async () => {
  const { join, state, reads } = watching()
  const [one, two] = [join(), join()]
  await seconds(2)
  expect(reads).toHaveLength(1)
  state.text = 'two'
  await seconds(20)
  expect([one.heard, two.heard, reads.length]).toEqual([[uri], [uri], 2])
  one.stop()
  state.text = 'three'
  await seconds(20)
  expect([one.heard.length, two.heard.length]).toEqual([1, 2])
  two.stop()
  const { length } = reads
  await seconds(300)
  expect([reads.length, vi.getTimerCount()]).toEqual([length, 0])
})

test('who unsubscribes is told no more, and who subscribes again begins anew', async () => {
  const { join, state, reads } = watching()
  const { heard, set } = join()
  await seconds(2)
  set(grantOfCaller(), [])
  expect(vi.getTimerCount()).toBe(0)
  state.text = 'two'
  await seconds(100)
  expect([heard, reads.length]).toEqual([[], 1])
  set(grantOfCaller(), [uri])
  await seconds(20)
  expect([heard, reads.length]).toEqual([[], 3])
})

test('nothing is shared with another tenant, another user, or a token that may do less', async () => {
  const { join, reads } = watching()
  const grants = [
    grantOfCaller(),
    grantOfCaller({ tenantId: 'globex' }),
    grantOfCaller({ subject: 'bob' }),
    grantOfCaller({ scopes: ['aws:read', 'aws:write'] }),
    grantOfCaller({ tenants: readTenants() }),
  ]
  for (const grant of grants) join(grant)
  await seconds(3)
  expect(new Set(reads.map(({ grant }) => grant))).toEqual(new Set(grants))
  expect(reads).toHaveLength(grants.length)
})

test('what one tenant sees change is told to nobody of another, under the same URI and the same subject', async () => {
  const texts: Record<string, string> = { acme: 'one', globex: 'one' }
  const { join } = watching(quick, {
    readResource: async ({ grant, uri: read }) => ({
      contents: [{ uri: read, mimeType: 'text/plain', text: texts[grant.tenant.id] ?? '' }],
    }),
  })
  const [acme, globex] = [join(), join(grantOfCaller({ tenantId: 'globex' }))]
  await seconds(2)
  texts.acme = 'two'
  await seconds(100)
  expect([acme.heard, globex.heard]).toEqual([[uri], []])
  texts.globex = 'two'
  await seconds(100)
  expect([acme.heard, globex.heard]).toEqual([[uri], [uri]])
})

test.for<[ErrorCode | 'a fault']>([['aws_error'], ['rate_limited'], ['unavailable'], ['a fault']])(
  'while %s stands in the way it looks less often, tells nothing, and goes on where it was',
  async ([why]) => {
    const { join, state, times } = watching()
    const { heard } = join()
    await seconds(2)
    state.failure = why === 'a fault' ? new Error('away') : refusal(why)
    await seconds(230)
    expect([times, heard]).toEqual([[1, 16, 46, 106, 166, 226], []])
    state.failure = undefined
    state.text = 'two'
    await seconds(61)
    expect(heard).toEqual([uri])
  },
)

test('a resource that asks a question cannot be watched', async () => {
  const readResource = vi.fn(async () => needInput({ name: { method: 'roots/list', params: {} } }))
  const { join } = watching({}, { readResource })
  const { heard } = join()
  await seconds(20)
  expect([heard, readResource.mock.calls.length]).toEqual([[], 1])
})

test.for<[ErrorCode]>([['unknown_resource'], ['unknown_operation_id'], ['no_role'], ['region_not_allowed']])(
  'where it is refused with %s that is told once, and it looks no more',
  async ([code]) => {
    const { join, state, reads } = watching()
    const { heard } = join()
    await seconds(2)
    state.failure = refusal(code)
    await seconds(300)
    expect([heard, reads.length, vi.getTimerCount()]).toEqual([[uri], 2, 0])
    state.failure = undefined
    const again = join()
    await seconds(2)
    expect([again.heard, reads.length]).toEqual([[], 3])
  },
)

test('a slow look is not overtaken by the next, and is aborted when nobody waits for it', async () => {
  const slow = gate()
  const signals: AbortSignal[] = []
  const { join, faults } = watching(
    {},
    {
      async readResource({ signal }) {
        signals.push(signal)
        await slow.passed
        return { contents: [] }
      },
    },
  )
  const { stop, heard } = join()
  await seconds(300)
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  stop()
  expect(signals[0]?.aborted).toBe(true)
  slow.open()
  await seconds(100)
  expect([signals.length, heard, faults]).toEqual([1, [], []])
})

test('few looks of a tenant are made at once, and all have their turn', async () => {
  let running = 0
  let most = 0
  const seen = new Set<string>()
  const { join } = watching(
    { atOnce: 2, user: 12 },
    {
      async readResource(read) {
        most = Math.max(most, ++running)
        seen.add(read.uri)
        await Promise.resolve()
        running--
        return { contents: [] }
      },
    },
  )
  join(
    grantOfCaller(),
    Array.from({ length: 12 }, (_, n) => `aws://${n}`),
  )
  await seconds(6)
  expect([most, seen.size]).toEqual([2, 12])
})

test('a user and a tenant have so many; what is beyond them is not looked at, until others have left', async () => {
  const { join, reads } = watching({ user: 2, tenant: 3 })
  const many = ['aws://a', 'aws://b', 'aws://c']
  const seen = async () => {
    reads.length = 0
    await seconds(70)
    return [...new Set(reads.map(({ grant, uri: read }) => `${grant.principal.subject} ${read}`))].toSorted()
  }
  const ann = join(grantOfCaller(), many)
  const bob = join(grantOfCaller({ subject: 'bob' }), many)
  join(grantOfCaller({ tenantId: 'globex', subject: 'gus' }), many)
  const gus = ['gus aws://a', 'gus aws://b']
  expect(await seen()).toEqual(['ann aws://a', 'ann aws://b', 'bob aws://a', ...gus])
  ann.stop()
  bob.set(grantOfCaller({ subject: 'bob' }), [...many])
  expect(await seen()).toEqual(['bob aws://a', 'bob aws://b', ...gus])
})

test('without a token that is good it does not look, and goes on with a renewed one', async () => {
  const { join, state, reads } = watching()
  const until = Date.now() / 1000 + 30
  const { heard, set } = join(grantOfCaller({ tokenExpires: until }))
  await seconds(300)
  expect(reads).toHaveLength(2)
  state.text = 'two'
  const renewed = grantOfCaller({ tokenExpires: until + 3600 })
  set(renewed, [uri])
  await seconds(61)
  expect([heard, reads.at(-1)?.grant]).toEqual([[uri], renewed])
})

test('of two streams the one whose token is good pays for the look', async () => {
  const { join, reads } = watching()
  join(grantOfCaller({ tokenExpires: Date.now() / 1000 - 1 }))
  const good = grantOfCaller({ tokenExpires: Date.now() / 1000 + 3600 })
  join(good)
  await seconds(2)
  expect(reads.map(({ grant }) => grant)).toEqual([good])
})

test('it reads with the ids of roles that are in force', async () => {
  const [now] = readTenants()
  const { join, reads } = watching({}, { renewed: (tenant) => (tenant.id === 'acme' && now) || tenant })
  join()
  await seconds(2)
  expect(reads[0]?.grant.tenant).toBe(now)
  expect(reads[0]).toMatchObject({
    era: 'modern',
    requestId: 'watch-id',
    grant: { principal: { subject: 'ann' } },
  })
})

test('what is not watched by its nature costs nothing', () => {
  const { join } = watching({}, { isWatched: () => false })
  join()
  expect(vi.getTimerCount()).toBe(0)
})

test('a stream that is stopped watches nothing, whatever is set afterwards', () => {
  const { join } = watching()
  const { set, stop } = join()
  stop()
  set(grantOfCaller(), [uri])
  expect(vi.getTimerCount()).toBe(0)
})

test('a stream that cannot be told is a fault for the log', async () => {
  const { state, faults, ...line } = watching()
  const { heard } = line.join()
  Object.assign(heard, {
    push() {
      throw new Error('broken')
    },
  })
  await seconds(2)
  state.text = 'two'
  await seconds(20)
  expect(faults).toEqual([{ err: new Error('broken') }])
})
