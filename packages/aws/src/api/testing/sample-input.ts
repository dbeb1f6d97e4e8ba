import type { JsonSchema } from '../json-schema.ts'

/** A value that a schema allows, and what a request made of it must contain somewhere. */
export interface SampleInput {
  readonly params: Readonly<Record<string, unknown>>
  /** For each leaf, the texts it may become on the wire. */
  readonly leaves: readonly (readonly string[])[]
}

/** Which optional members are given: none, all, or each by the toss of a coin that `seed` fixes. */
export interface SampleOptions {
  readonly optional: 'none' | 'some' | 'all'
  readonly seed?: number
  /** Levels of optional members. */
  readonly depth?: number
  /** The text of the leaves, in place of one that each has for itself. */
  readonly text?: string
}

/** Makes an input from its JSON Schema; every leaf of it is another one. */
export const sampleInput = (
  root: JsonSchema,
  { optional, seed = 1, depth = 5, text }: SampleOptions,
): SampleInput => {
  const toss = random(seed)
  const leaves: (readonly string[])[] = []
  const next = (make: (n: number) => { value: unknown; forms: readonly string[] }): unknown => {
    const { value, forms } = make(10_000 + leaves.length)
    leaves.push(forms)
    return value
  }
  const defs = (root.$defs ?? {}) as Readonly<Record<string, JsonSchema>>

  const make = (schema: JsonSchema, level: number): unknown => {
    if (typeof schema.$ref === 'string') {
      const name = schema.$ref.slice('#/$defs/'.length)
      if (name === '$bytes')
        return next((n) => ({ value: encoded(`bytes${n}`), forms: bytesForms(`bytes${n}`) }))
      if (name === '$content')
        return { text: next((n) => ({ value: `bytes${n}`, forms: bytesForms(`bytes${n}`) })) }
      const def = defs[name]
      if (!def) throw new Error(`there is no ${schema.$ref}`)
      return make(def, level)
    }
    if (schema.type === 'object')
      return schema.properties ? makeObject(schema, level) : makeMap(schema, level)
    if (schema.type === 'array') return [make(schema.items as JsonSchema, level + 1)]
    if (schema.format === 'date-time') return next(time)
    if (schema.type === 'boolean') return true
    if (schema.type === 'number') return next((n) => ({ value: n, forms: [String(n)] }))
    return next((n) => ({ value: text ?? `val${n}`, forms: [text ?? `val${n}`] }))
  }
  const makeMap = (schema: JsonSchema, level: number) => {
    const key = next((n) => ({ value: `val${n}`, forms: [`val${n}`] }))
    return { [String(key)]: make(schema.additionalProperties as JsonSchema, level + 1) }
  }
  const makeObject = (schema: JsonSchema, level: number) => {
    const properties = Object.entries(schema.properties as Readonly<Record<string, JsonSchema>>)
    const required = new Set(schema.required as readonly string[] | undefined)
    if (schema.maxProperties === 1) {
      // The last level takes a branch that ends, if there is one.
      const flat = properties.find(
        ([, each]) => !['array', 'object'].includes(String(each.type)) && !each.$ref,
      )
      const branch = level > depth && flat ? flat : properties[Math.floor(toss() * properties.length)]
      return branch ? { [branch[0]]: make(branch[1], level + 1) } : {}
    }
    const wanted = properties.filter(([name]) => {
      const coin = toss() < 0.5
      return required.has(name) || (level < depth && (optional === 'all' || (optional === 'some' && coin)))
    })
    return Object.fromEntries(wanted.map(([name, each]) => [name, make(each, level + 1)]))
  }
  return { params: makeObject(root, 0), leaves }
}

const encoded = (text: string) => Buffer.from(text).toString('base64')
const bytesForms = (text: string) => [encoded(text), text]

const time = (n: number) => {
  const at = new Date(Date.UTC(2026, 0, 1) + n * 1000)
  const value = at.toISOString().replace('.000', '')
  return { value, forms: [value, at.toISOString(), at.toUTCString(), String(at.getTime() / 1000)] }
}

/** Numbers from 0 to 1 that a seed fixes (mulberry32). */
export const random = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
