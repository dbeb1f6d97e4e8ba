import { expect, test } from 'vitest'
import { sampleMaterial as material } from '../testing/sample-material.ts'
import { targets } from './input.ts'
import { makeInput } from './make-input.ts'

const many = (seed: number, only: (typeof targets)[number]) =>
  Array.from({ length: 600 }, (_, index) => makeInput(seed, index, { only: [only], material }))

test.for(targets)(
  '%s: the same seed gives the same bytes, another one others, and few come twice',
  (target) => {
    const first = many(7, target)
    expect(many(7, target)).toEqual(first)
    const bytes = new Set(first.map(({ parts }) => parts.join('')))
    expect(many(8, target).filter(({ parts }) => bytes.has(parts.join(''))).length).toBeLessThan(150)
    expect(bytes.size).toBeGreaterThan(300)
  },
)

test.for(targets)('%s: what is sent has a description, and is made of bytes', (target) => {
  for (const { what, parts } of many(7, target)) {
    expect(what).not.toBe('')
    expect(parts.length).toBeGreaterThan(0)
    for (const part of parts) expect(Buffer.from(part, 'latin1').toString('latin1') === part).toBe(true)
  }
})

test('the kinds take turns', () => {
  const kinds = Array.from(
    { length: 4 },
    (_, n) => makeInput(1, n, { only: ['jwt', 'resume'], material }).target,
  )
  expect(kinds).toEqual(['jwt', 'resume', 'jwt', 'resume'])
})

test('no token is the good one', () => {
  for (const { parts, refused } of many(3, 'jwt')) {
    expect(refused).toBe(true)
    expect(parts[0]).not.toContain(`Bearer ${material.token}\r\n`)
  }
})

test("another's session and cursors come, and each must be refused", () => {
  const foreign = [...many(3, 'resume'), ...many(3, 'cursors')].filter(({ parts }) => {
    const text = parts.join('')
    return text.includes('Mcp-Session-Id: foreign-session\r\n') || text.includes('"Zm9yZWlnbg.bWFj"')
  })
  expect(foreign.length).toBeGreaterThan(50)
  expect(foreign.every(({ refused }) => refused)).toBe(true)
})
