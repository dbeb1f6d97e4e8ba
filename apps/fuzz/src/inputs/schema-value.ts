import type { Random } from '../random.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Json } from './input.ts'
import { plainTexts } from './plain-texts.ts'

/** How values are chosen where a schema leaves it open. */
export interface Taste {
  /** Whether half of the texts are those that have broken programs. */
  readonly hostile: boolean
  /** Of the member that the value is for. */
  readonly name?: string
  readonly depth?: number
}

/** A value that a JSON schema allows as far as it is understood: types, enums, bounds, lengths, alternatives. */
export const valueBySchema = (random: Random, schema: unknown, taste: Taste): unknown => {
  const { depth = 0 } = taste
  if (!isObject(schema) || depth > 8) return random.pick([{}, 'x', 1])
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return random.pick(schema.enum)
  if ('default' in schema && random.chance(0.2)) return schema.default
  const deeper = { ...taste, depth: depth + 1 }
  const alternatives = schema.anyOf ?? schema.oneOf
  if (Array.isArray(alternatives)) return valueBySchema(random, random.pick(alternatives), deeper)
  const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type
  switch (type) {
    case 'object':
      return objectOf(random, schema, deeper)
    case 'array': {
      const least = Number(schema.minItems ?? 0)
      const count = least + random.below(Math.min(Number(schema.maxItems ?? 4) - least + 1, 4))
      return Array.from({ length: count }, () => valueBySchema(random, schema.items ?? {}, deeper))
    }
    case 'string':
      return textOf(random, schema, taste)
    case 'integer':
      return numberOf(random, schema)
    case 'number':
      return numberOf(random, schema) + random.pick([0, 0.5])
    case 'boolean':
      return random.chance(0.5)
    case 'null':
      return null
    default:
      return random.pick<unknown>(['x', 1, {}, [], null, true])
  }
}

const objectOf = (random: Random, schema: Json, taste: Taste): Json => {
  const properties = isObject(schema.properties) ? schema.properties : {}
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : []
  const named = Object.entries(properties)
    .filter(([name]) => required.includes(name) || random.chance(0.4))
    .map(([name, each]) => [name, valueBySchema(random, each, { ...taste, name })] as const)
  const more = isObject(schema.additionalProperties)
    ? [[random.pick(freeNames), valueBySchema(random, schema.additionalProperties, taste)] as const]
    : []
  return Object.fromEntries([...named, ...more])
}

const textOf = (
  random: Random,
  { description, format, maxLength }: Json,
  { hostile, name }: Taste,
): string => {
  const fits = (text: string) => text.length <= Number(maxLength ?? Number.POSITIVE_INFINITY)
  if (hostile && random.chance(0.5)) return random.pick([...hostileTexts.filter(fits), 'x'])
  if (format === 'date-time') return '2026-01-01T00:00:00Z'
  // What a description quotes is mostly a good value.
  const quoted = typeof description === 'string' ? (description.match(/[\w:./@*-]{3,}/g) ?? []) : []
  const known = name !== undefined && Object.hasOwn(plainTexts, name) ? plainTexts[name] : undefined
  const good = (known ?? quoted).filter(fits)
  return good.length > 0 && random.chance(0.95) ? random.pick(good) : 'x'
}

const numberOf = (random: Random, { minimum, maximum, exclusiveMinimum }: Json): number => {
  const least = Number(minimum ?? exclusiveMinimum ?? -1)
  const most = Number(maximum ?? least + 1_000)
  return random.pick([least, most, least + random.below(Math.min(most - least + 1, 1_000))])
}

const freeNames = ['a', 'Name', 'InstanceIds', 'key with spaces', 'x'.repeat(200)]

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
