import { expect, test } from 'vitest'
import { tolerate } from './tolerance.ts'

test('one wrong answer in a hundred is tolerated, more are not, nor is no answer at all', () => {
  expect(() => tolerate('ours', 0, 5)).not.toThrow()
  expect(() => tolerate('ours', 20, 2000)).not.toThrow()
  expect(() => tolerate('ours', 21, 2000)).toThrow('ours: 21 wrong answers')
  expect(() => tolerate('ours', 1, 5)).toThrow('ours: 1 wrong')
  expect(() => tolerate('ours', 0, 0)).toThrow('0 right ones')
})
