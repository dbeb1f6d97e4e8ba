import { expect, test } from 'vitest'
import { never } from './testing/targets.ts'
import { createTurns } from './turns.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('no more than so many of one key; the others wait in the order in which they came', async () => {
  const turns = createTurns(2)
  const order: string[] = []
  const take = async (name: string) => {
    const leave = await turns.take('acme', never)
    order.push(name)
    return leave
  }
  const [first, second, third, fourth] = ['first', 'second', 'third', 'fourth'].map(take)
  await settled()
  expect(order).toEqual(['first', 'second'])
  const leave = await first
  leave?.()
  // Whoever comes now does not overtake, and a place that is given back twice is one place.
  const fifth = take('fifth')
  leave?.()
  await settled()
  expect(order).toEqual(['first', 'second', 'third'])
  for (const each of [second, third, fourth, fifth]) (await each)?.()
  expect(order).toEqual(['first', 'second', 'third', 'fourth', 'fifth'])
})

test('one key that is full is in the way of no other', async () => {
  const turns = createTurns(1)
  await turns.take('acme', never)
  await expect(turns.take('globex', never)).resolves.toBeTypeOf('function')
})

test('who gives up while waiting leaves the line, and takes no place', async () => {
  const turns = createTurns(1)
  const leave = await turns.take('acme', never)
  const controller = new AbortController()
  const impatient = turns.take('acme', controller.signal)
  const patient = turns.take('acme', never)
  controller.abort(new Error('gone'))
  await expect(impatient).rejects.toThrow('gone')
  await expect(turns.take('acme', controller.signal)).rejects.toThrow('gone')
  leave()
  await expect(patient).resolves.toBeTypeOf('function')
})
