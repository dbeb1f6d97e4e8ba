import { describe, expect, test } from 'vitest'
import { loadService, servicePrefixes } from '../service-modules.ts'
import { loadEnums } from './enums.ts'
import { type JsonSchema, schemaOf } from './json-schema.ts'
import { isEventStream, operationSchema } from './operation-schema.ts'
import { prepareInput } from './prepare.ts'
import { sampleInput } from './testing/sample-input.ts'

describe.each(servicePrefixes())('every operation of %s', (service) => {
  test('has a schema whose inputs are taken, and whose mutations are refused', {
    timeout: 60_000,
  }, async () => {
    const [module, enums] = await Promise.all([loadService(service), loadEnums(service)])
    expect(module.operations().length).toBeGreaterThan(0)
    for (const name of module.operations()) {
      const operation = operationSchema(module, name, enums)
      const schema = schemaOf(operation)
      expect(schemaFaults(schema), name).toEqual([])
      // One of Security Hub is a findings format of hundreds of structures.
      expect(JSON.stringify(schema).length, name).toBeLessThan(
        name === 'BatchImportFindings' ? 150_000 : 45_000,
      )

      for (const optional of ['none', 'some', 'all'] as const) {
        const { params } = sampleInput(schema, { optional })
        const prepared = prepareInput(operation, params)
        if (isEventStream(operation.output)) expect(prepared, name).toHaveProperty('issues')
        else expect(prepared, `${name} ${JSON.stringify(params).slice(0, 300)}`).not.toHaveProperty('issues')
      }
      if (isEventStream(operation.output)) continue
      for (const [mutation, params, told] of mutations(schema)) {
        const prepared = prepareInput(operation, params)
        expect(prepared, `${name} ${mutation}`).toHaveProperty('issues')
        expect('issues' in prepared && prepared.issues, `${name} ${mutation}`).toEqual([
          expect.stringContaining(told),
        ])
      }
    }
  })
})

type Mutation = readonly [mutation: string, params: unknown, told: string]

/** Each with one thing that is wrong, at the top of the input. */
const mutations = (schema: JsonSchema): readonly Mutation[] => {
  const { params } = sampleInput(schema, { optional: 'all', depth: 2 })
  const names = Object.keys(params)
  const polluted = Object.defineProperty({ ...params }, '__proto__', { value: {}, enumerable: true })
  return [
    ['unknown member', { ...params, Xyzzy: 1 }, 'Xyzzy is not known'],
    ['__proto__', polluted, '__proto__ is not known'],
    ...((schema.required ?? []) as readonly string[]).map((name): Mutation => {
      const { [name]: _, ...rest } = params
      return [`without ${name}`, rest, `${name} is missing`]
    }),
    ...names.map((name): Mutation => {
      const wrong = { ...params, [swapped(name)]: params[name] }
      return [`wrong case of ${name}`, wrong, `did you mean ${name} (case counts)`]
    }),
    ...names.flatMap((name): Mutation[] => {
      const [value = ''] = enumOf(schema, name)
      const wrong = swapped(value)
      const of = Array.isArray(params[name]) ? [wrong] : wrong
      const told = `is not one of its values; did you mean ${value}`
      return value === wrong ? [] : [[`wrong case of a value of ${name}`, { ...params, [name]: of }, told]]
    }),
    ...names
      .filter((name) => takesSomeTypes(schema, name))
      .flatMap((name): Mutation[] => [
        [`null for ${name}`, { ...params, [name]: null }, name],
        [`wrong type of ${name}`, { ...params, [name]: params[name] === true ? 'true' : false }, name],
      ]),
  ]
}

/** Values of a member that is an enum, or a list of one. */
const enumOf = (schema: JsonSchema, name: string): readonly string[] => {
  const resolved = (each: JsonSchema | undefined): JsonSchema | undefined =>
    typeof each?.$ref === 'string'
      ? (schema.$defs as Readonly<Record<string, JsonSchema>>)[each.$ref.slice('#/$defs/'.length)]
      : each
  const member = resolved((schema.properties as Readonly<Record<string, JsonSchema>>)[name])
  const inner = member?.type === 'array' ? resolved(member.items as JsonSchema) : member
  const values = (inner?.enum ?? []) as readonly string[]
  // A list may have the same value in both cases.
  return values.filter((each) => !values.includes(swapped(each)))
}

/** Documents take any JSON. */
const takesSomeTypes = (schema: JsonSchema, name: string): boolean =>
  Object.keys((schema.properties as Readonly<Record<string, object>>)[name] ?? {}).length > 0

const swapped = (name: string): string =>
  [...name]
    .map((letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()))
    .join('')

/** What is wrong with a schema as such: references that lead nowhere, required members that do not exist. */
const schemaFaults = (root: JsonSchema): string[] => {
  const faults: string[] = []
  const defs = (root.$defs ?? {}) as Readonly<Record<string, unknown>>
  const used = new Set<string>()
  const visit = (schema: JsonSchema): void => {
    if (typeof schema.$ref === 'string') used.add(schema.$ref.slice('#/$defs/'.length))
    for (const name of (schema.required ?? []) as readonly string[]) {
      if (!Object.hasOwn(schema.properties as object, name)) faults.push(`requires ${name}`)
    }
    for (const each of Object.values((schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>))
      visit(each)
    for (const each of [schema.items, schema.additionalProperties, schema.propertyNames]) {
      if (typeof each === 'object' && each !== null) visit(each as JsonSchema)
    }
  }
  visit(root)
  for (const each of Object.values(defs)) visit(each as JsonSchema)
  const missing = [...used].filter((name) => !Object.hasOwn(defs, name))
  const unused = Object.keys(defs).filter((name) => !used.has(name))
  return [...faults, ...missing.map((name) => `no ${name}`), ...unused.map((name) => `nothing needs ${name}`)]
}
