import type { ReplicaMessage } from '@gateway/domain'
import { expect, test } from 'vitest'
import { fakeBuses } from '../testing/fake-bus.ts'
import { signedBus } from './signed-bus.ts'

const [key, other] = [Buffer.alloc(32, 'k'), Buffer.alloc(32, 'o')]

/** A replica that sends and one that hears, and what is on the wire between them. */
const pair = (keysOfOne: readonly [Buffer, ...Buffer[]] = [key], keysOfTwo = keysOfOne) => {
  const {
    buses: [one, two],
  } = fakeBuses(['one', 'two'])
  if (!one || !two) throw new Error('there are two')
  const clock = { now: 1_000_000 }
  const now = () => clock.now
  const wire: ReplicaMessage[] = []
  const heard: ReplicaMessage[] = []
  two.listen((message) => wire.push(message))
  signedBus(two, { keys: keysOfTwo, now }).listen((message) => heard.push(message))
  return { one: signedBus(one, { keys: keysOfOne, now }), raw: one, two, clock, wire, heard }
}

const turn = () => new Promise(setImmediate)

test('what a replica sends to one or to all is heard as it was, under a newer key too', async () => {
  for (const { one, heard } of [pair(), pair([key], [other, key])]) {
    expect(await one.send('two', { kind: 'a', n: 1 })).toBe(true)
    await one.broadcast({ kind: 'b' })
    await turn()
    expect(heard).toEqual([{ kind: 'a', n: 1 }, { kind: 'b' }])
    expect([await one.send('nobody', {}), await one.isAlive('two')]).toEqual([false, true])
  }
})

test('what was not signed, was altered, is for another replica or is old is not heard', async () => {
  const { one, raw, clock, wire, heard } = pair()
  await one.send('two', { kind: 'answer' })
  await turn()
  const [good] = wire
  if (!good) throw new Error('nothing was sent')
  const text = String(good.text)
  for (const forged of [
    { kind: 'answer' },
    { text },
    { text, mac: '' },
    { text, mac: `${good.mac}=` },
    { text: text.replace('answer', 'cancel'), mac: good.mac },
    { text: { kind: 'answer' }, mac: good.mac },
  ]) {
    await raw.send('two', forged)
  }
  await signedBus(raw, { keys: [other], now: () => clock.now }).send('two', { kind: 'answer' })
  await signedBus(
    { ...raw, send: (_, message) => raw.send('two', message) },
    {
      keys: [key],
      now: () => clock.now,
    },
  ).send('three', { kind: 'answer' })
  clock.now += 61_000
  await raw.send('two', good)
  await turn()
  expect(heard).toEqual([{ kind: 'answer' }])
})
