import type { NormalizedSchema } from '@smithy/core/schema'

/** An input with every text that an operation takes, four structures deep. */
export const anInput = (schema: NormalizedSchema): object => sampleOf(schema, 0) as object

const sampleOf = (schema: NormalizedSchema, depth: number): unknown => {
  if (depth > 4) return undefined
  if (schema.isStructSchema())
    return Object.fromEntries(
      [...schema.structIterator()].map(([name, member]) => [name, sampleOf(member, depth + 1)]),
    )
  if (schema.isListSchema()) return [sampleOf(schema.getValueSchema(), depth + 1)]
  if (schema.isMapSchema()) return { key: sampleOf(schema.getValueSchema(), depth + 1) }
  return schema.isStringSchema() ? 'name-1' : undefined
}
