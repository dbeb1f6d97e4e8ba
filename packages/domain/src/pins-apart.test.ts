import { expect, test } from 'vitest'
import { overlapFaults } from './pins-apart.ts'

test('every one of many pins that overlap is named, and thousands are compared soon', () => {
  const pinsOf = (count: number, of: (i: number) => Record<string, string>, at: string) =>
    Array.from({ length: count }, (_, i) => ({ pins: of(i), path: `${at}[${i}]` }))
  const file = pinsOf(1, () => ({ tid: 'a' }), 'file')
  const stored = pinsOf(3, (i) => ({ tid: 'a', hd: `${i}` }), 'stored')
  for (const faults of [overlapFaults([...file, ...stored]), overlapFaults([...stored, ...file])]) {
    for (const { path } of stored) expect(faults.some((fault) => fault.includes(path))).toBe(true)
  }
  const many = [
    ...pinsOf(5_000, (i) => ({ tid: `${i}` }), 'one'),
    ...pinsOf(5_000, (i) => ({ tid: `b${i}`, hd: 'x' }), 'two'),
  ]
  expect(overlapFaults(many)).toEqual([])
  expect(
    overlapFaults(many.map(({ pins, path }) => ({ pins: { ...pins, [path]: 'x' }, path })).slice(0, 20)),
  ).toEqual([])
})
