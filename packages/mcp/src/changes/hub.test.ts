import { expect, test, vi } from 'vitest'
import { fakeBuses } from '../testing/fake-bus.ts'
import { createHub } from './hub.ts'

const owner = { tenantId: 'acme', name: 'session-1' }
const others = {
  'another session': { tenantId: 'acme', name: 'session-2' },
  'another tenant': { tenantId: 'globex', name: 'session-1' },
  'a name that begins alike': { tenantId: 'acme', name: 'session-11' },
}

const pair = () => {
  const { buses } = fakeBuses(['replica-one', 'replica-two'])
  const [one, two] = buses.map(createHub)
  if (!one || !two) throw new Error('there are two')
  return { one, two }
}

const settled = () => new Promise(setImmediate)

const never = new AbortController().signal

test.for(['one', 'two'] as const)('replica %s cancels what replica one works on', async (from) => {
  const hubs = pair()
  const work = new AbortController()
  hubs.one.working(owner, 7, work)
  await hubs[from].cancel(owner, 7)
  await settled()
  expect(work.signal.aborted).toBe(true)
})

test('ids of other types and other owners cancel nothing', async () => {
  const { one, two } = pair()
  const work = new AbortController()
  one.working(owner, 1, work)
  for (const hub of [one, two]) {
    for (const id of ['1', 2, '1 ', ''] as const) await hub.cancel(owner, id)
    for (const other of Object.values(others)) {
      await hub.cancel(other, 1)
      await hub.end(other)
    }
  }
  await settled()
  expect(work.signal.aborted).toBe(false)
})

test('the end of a tenant cancels all of it here, and nothing of one whose id begins alike', async () => {
  const { one } = pair()
  const works = ['acme', 'acme', 'acme-2', 'globex'].map((tenantId, n) => {
    const controller = new AbortController()
    one.working({ tenantId, name: n === 0 ? 'task' : 'session-1' }, n, controller)
    return controller
  })
  one.endAll('acme')
  expect(works.map(({ signal }) => signal.aborted)).toEqual([true, true, false, false])
})

test('work that is done is not cancelled any more, and does not end newer work of its id', async () => {
  const { one } = pair()
  const [first, second] = [new AbortController(), new AbortController()]
  const done = one.working(owner, 1, first)
  one.working(owner, 1, second)
  done()
  await one.cancel(owner, 1)
  expect([first.signal.aborted, second.signal.aborted]).toEqual([false, true])
})

test('the end of an owner cancels all of it on every replica', async () => {
  const { one, two } = pair()
  const controllers = [one, two, two].map((hub, id) => {
    const controller = new AbortController()
    hub.working(owner, id, controller)
    return controller
  })
  await one.end(owner)
  await settled()
  expect(controllers.map(({ signal }) => signal.aborted)).toEqual([true, true, true])
})

test.for(['one', 'two'] as const)(
  'an answer that comes in at replica %s reaches who waits at one',
  async (at) => {
    const hubs = pair()
    const answer = hubs.one.answerTo(owner, 'replica-one:abc:0', never)
    await hubs[at].deliver(owner, { id: 'replica-one:abc:0', result: { name: 'Ann' } })
    expect(await answer).toMatchObject({ result: { name: 'Ann' } })
  },
)

test.for(Object.entries(others))('%s does not answer', async ([, stranger]) => {
  const { one, two } = pair()
  const got = vi.fn()
  one.answerTo(owner, 'replica-one:abc:0', never).then(got)
  for (const hub of [one, two]) await hub.deliver(stranger, { id: 'replica-one:abc:0', result: {} })
  await settled()
  expect(got).not.toHaveBeenCalled()
})

test.for([
  '',
  ':',
  'replica-one',
  'replica-one:',
  'replicas:x:0',
  '*:x:0',
  'replica-three:x:0',
  '__proto__:x:0',
  1,
  -0,
])('an answer to %j, which nobody asked, goes nowhere', async (id) => {
  const { one, two } = pair()
  for (const hub of [one, two]) await hub.deliver(owner, { id, result: {} })
  await settled()
})

test.for<[string, object]>([
  ['an error', { error: { code: 1, message: 'x' } }],
  ['what is no object', { result: 'text' }],
  ['both', { result: {}, error: { code: 1, message: 'x' } }],
])('%s comes as an error without words, from either replica', async ([, rest]) => {
  const { one, two } = pair()
  for (const hub of [one, two]) {
    const answer = one.answerTo(owner, 'replica-one:a:0', never)
    await hub.deliver(owner, { id: 'replica-one:a:0', ...rest })
    expect(await answer).toEqual({ id: 'replica-one:a:0', error: {} })
  }
})

test('whoever gives up hears no answer, and an answered question leaves no listener', async () => {
  const { one } = pair()
  const late = new AbortController()
  const answer = one.answerTo(owner, 'replica-one:a:0', late.signal)
  late.abort(new Error('late'))
  await expect(answer).rejects.toThrow('late')
  await expect(one.answerTo(owner, 'x', late.signal)).rejects.toThrow('late')
  const remove = vi.spyOn(never, 'removeEventListener')
  const second = one.answerTo(owner, 'replica-one:a:1', never)
  await one.deliver(owner, { id: 'replica-one:a:1', result: {} })
  await second
  expect(remove).toHaveBeenCalledTimes(1)
})

const closing = (close: () => void) => ({ close, subscribed: () => undefined })

test('the stand-alone stream hears that its session subscribed, on whichever replica, and no other does', async () => {
  const { one, two } = pair()
  const [own, ...strangers] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()]
  await two.standAlone(owner, { close() {}, subscribed: own })
  for (const [n, other] of Object.values(others).entries())
    await two.standAlone(other, { close() {}, subscribed: () => strangers[n]?.() })
  await one.subscribed(owner)
  await settled()
  expect(own).toHaveBeenCalledTimes(1)
  await two.subscribed(owner)
  expect(own).toHaveBeenCalledTimes(2)
  for (const stranger of strangers) expect(stranger).not.toHaveBeenCalled()
})

test('the newest stand-alone stream closes the one before, and its own end closes nothing', async () => {
  const { one, two } = pair()
  const [first, second, other] = [vi.fn(), vi.fn(), vi.fn()]
  const forget = await one.standAlone(owner, closing(first))
  await one.standAlone(others['another session'], closing(other))
  await two.standAlone(owner, closing(second))
  await settled()
  forget()
  expect([first, second, other].map((each) => each.mock.calls.length)).toEqual([1, 0, 0])
  await one.end(owner)
  await settled()
  expect(second).toHaveBeenCalledTimes(1)
})

test('a stand-alone stream that the others could not be told of is none', async () => {
  const { buses } = fakeBuses(['replica-one'])
  const [bus] = buses
  if (!bus) throw new Error('there is one')
  const { broadcast } = bus
  const hub = createHub(bus)
  const close = vi.fn()
  bus.broadcast = () => Promise.reject(new Error('away'))
  await expect(hub.standAlone(owner, closing(close))).rejects.toThrow('away')
  bus.broadcast = broadcast
  await hub.end(owner)
  expect(close).not.toHaveBeenCalled()
})

test.for<[string, object]>([
  ['no kind', {}],
  ['a kind that is no text', { kind: 7 }],
  ['a cancel without a key', { kind: 'cancel' }],
  ['an end of nobody', { kind: 'end', owner: {} }],
  ['an answer that is none', { kind: 'answer', owner: 'acme session-1', response: { id: null } }],
  ['an unknown kind', { kind: '__proto__' }],
])('a message with %s is dropped', async ([, message]) => {
  const { buses } = fakeBuses(['replica-one', 'replica-two'])
  const hub = buses[0] && createHub(buses[0])
  await buses[1]?.broadcast(message as Record<string, unknown>)
  await settled()
  expect(hub?.replica).toBe('replica-one')
})

test('kinds that the hub does not know go to who asked for them, until it closes', async () => {
  const { buses } = fakeBuses(['replica-one', 'replica-two'])
  const hub = buses[0] && createHub(buses[0])
  const heard = vi.fn()
  hub?.on('sse', heard)
  await buses[1]?.send('replica-one', { kind: 'sse', text: 'x' })
  await settled()
  expect(heard).toHaveBeenCalledWith({ kind: 'sse', text: 'x' })
  hub?.close()
  await buses[1]?.send('replica-one', { kind: 'sse' })
  await settled()
  expect(heard).toHaveBeenCalledTimes(1)
})
