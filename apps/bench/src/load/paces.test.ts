import { expect, test } from 'vitest'
import type { Connection } from './keep-alive.ts'
import { atRate, flatOut, inTurn } from './paces.ts'

const answering = (send: () => Promise<void>): Connection => ({ send, close: () => undefined })
const after = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms))
const refusing = answering(() => Promise.reject(new Error('refused')))

test('a rate is kept, and each answer is timed', async () => {
  const taken = await atRate([answering(after(5)), answering(after(5))], 100, 0.5)
  expect(taken).toHaveLength(50)
  expect(taken[0]).toBeGreaterThan(4)
  expect(taken).toEqual(taken.toSorted((a, b) => a - b))
})

test('a request that has to wait for a connection is timed from when it was due', async () => {
  const taken = await atRate([answering(after(50))], 100, 0.1)
  expect(taken).toHaveLength(10)
  // Ten answers of 50 ms one after the other, all due in the first 100 ms.
  expect(taken.at(-1)).toBeGreaterThan(300)
})

test('without a pause every connection sends again as soon as it is answered', async () => {
  expect(await flatOut([answering(after(10)), answering(after(10))], 0.2)).toBeGreaterThan(10)
})

test('too many wrong answers end the load', async () => {
  const alternating = inTurn(answering(after(1)), refusing)
  await expect(atRate([alternating], 100, 0.2)).rejects.toThrow('wrong answers')
  await expect(flatOut([alternating], 0.1)).rejects.toThrow('wrong answers')
})

test('requests go to two servers in turn', async () => {
  const seen: string[] = []
  const named = (name: string) =>
    answering(async () => {
      seen.push(name)
    })
  const both = inTurn(named('one'), named('other'))
  for (let i = 0; i < 4; i++) await both.send()
  expect(seen).toEqual(['one', 'other', 'one', 'other'])
})
