import { expect, test } from 'vitest'
import { randomOf } from '../random.ts'
import { sampleMaterial } from '../testing/sample-material.ts'
import type { Json } from './input.ts'
import { valueBySchema } from './schema-value.ts'

test('values keep to the schema, whatever the taste', () => {
  const schema = sampleMaterial.tools[0]?.schema
  const seen = new Set<string>()
  for (let n = 0; n < 300; n++) {
    const made = valueBySchema(randomOf(1, n), schema, { hostile: n % 2 === 0 }) as Json
    for (const name of Object.keys(made)) seen.add(name)
    expect(typeof made.name).toBe('string')
    expect(String(made.name).length).toBeLessThanOrEqual(300)
    expect([1, 2, 3, 4, 5]).toContain(made.count)
    const { kinds = ['a'], either = true } = made as { kinds?: string[]; either?: unknown }
    expect(kinds.length).toBeGreaterThan(0)
    expect(kinds.every((kind) => kind === 'a' || kind === 'b')).toBe(true)
    expect([true, false, null]).toContain(either)
  }
  expect([...seen].sort()).toEqual(['count', 'either', 'kinds', 'name', 'tags'])
})
