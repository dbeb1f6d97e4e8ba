import { isReplicaId, type ReplicaBus, type ReplicaMessage } from '@gateway/domain'
import { expect, test, vi } from 'vitest'

/** A bus under test, which takes messages of at most 100 bytes. */
export interface ReplicaBusUnderTest extends AsyncDisposable {
  readonly bus: ReplicaBus
  onError(error: Error): void
}

/** Resolves once a listener was given a message. */
export const received = (
  listener: (message: ReplicaMessage) => void,
  message: ReplicaMessage,
): Promise<void> =>
  vi.waitFor(() => expect(listener).toHaveBeenCalledWith(message), { timeout: 5000, interval: 5 })

/** What every bus does. */
export const replicaBusContract = (open: () => Promise<ReplicaBusUnderTest>): void => {
  test('every process has an id of its own', async () => {
    await using one = await open()
    await using other = await open()
    expect(one.bus.replica).toMatch(/^[\w-]{16}$/)
    expect(isReplicaId(one.bus.replica)).toBe(true)
    expect(one.bus.replica).not.toBe(other.bus.replica)
    expect(await one.bus.isAlive(one.bus.replica)).toBe(true)
  })

  test('a message to itself is received by every listener, one that throws too, and none that left', async () => {
    await using under = await open()
    const [listener, left] = [vi.fn(), vi.fn()]
    const failing = vi.fn(() => {
      throw new Error('on purpose')
    })
    under.bus.listen(failing)
    under.bus.listen(listener)
    under.bus.listen(left)()
    const message = { tenantId: 'acme', text: '"☃"\n', nested: { list: [1, null] } }
    expect(await under.bus.send(under.bus.replica, message)).toBe(true)
    await received(listener, message)
    expect(failing).toHaveBeenCalledTimes(1)
    expect(left).not.toHaveBeenCalled()
    expect(under.onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'on purpose' }))
  })

  test('what is sent to nobody is not received, and nobody is not alive', async () => {
    await using under = await open()
    const listener = vi.fn()
    under.bus.listen(listener)
    for (const nobody of [
      '',
      'x'.repeat(16),
      '*',
      's',
      `${under.bus.replica}\n`,
      '../replicas',
      'é'.repeat(16),
    ]) {
      expect(await under.bus.send(nobody, { a: 1 })).toBe(false)
      expect(await under.bus.isAlive(nobody)).toBe(false)
    }
    await under.bus.send(under.bus.replica, { last: true })
    await received(listener, { last: true })
    expect(listener).toHaveBeenCalledTimes(1)
  })

  test('a broadcast is not heard by its sender', async () => {
    await using under = await open()
    const listener = vi.fn()
    under.bus.listen(listener)
    await under.bus.broadcast({ a: 1 })
    await under.bus.send(under.bus.replica, { last: true })
    await received(listener, { last: true })
    expect(listener).toHaveBeenCalledTimes(1)
  })

  test('what is no JSON object or too large is dropped and reported, without what is in it', async () => {
    await using under = await open()
    const circular: Record<string, unknown> = { secret: 'hunter2' }
    circular.self = circular
    const odd: ReplicaMessage[] = [
      { text: `hunter2 ${'☃'.repeat(30)}` },
      { big: 1n },
      circular,
      { toJSON: () => 'hunter2' },
      // @ts-expect-error an array is no message
      ['hunter2'],
    ]
    for (const message of odd) {
      const reports = vi.mocked(under.onError).mock.calls.length
      expect(await under.bus.send(under.bus.replica, message)).toBe(false)
      await under.bus.broadcast(message)
      expect(under.onError).toHaveBeenCalledTimes(reports + 2)
    }
    expect(vi.mocked(under.onError).mock.calls.join()).toMatch(/dropped/)
    expect(vi.mocked(under.onError).mock.calls.join()).not.toMatch(/hunter2/)
  })
}
