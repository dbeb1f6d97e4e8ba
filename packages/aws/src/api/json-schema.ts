import type { NormalizedSchema } from '@smithy/core/schema'
import type { Enum, EnumsOf, MemberEnums } from './enums.ts'
import { type Member, membersOf, nameOf, type OperationSchema } from './operation-schema.ts'

/** A JSON Schema (2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * JSON Schema of an operation's input. A structure or enum that is used once is written in place; one that is used
 * more often, or within itself, under `$defs`. A value that its `enum` does not list may exist: see `enumFault`.
 */
export const schemaOf = ({ input, enums }: Pick<OperationSchema, 'input' | 'enums'>): JsonSchema => {
  const uses = countUses(input, enums)
  const defs: Record<string, JsonSchema> = {}

  const write = (schema: NormalizedSchema, of: MemberEnums): JsonSchema => {
    const name = nameOf(schema)
    if (!schema.isStructSchema() || (uses.get(name) ?? 0) < 2) return shape(schema, of)
    if (!Object.hasOwn(defs, name)) {
      // Reserved before its members are written: they may lead back to it.
      defs[name] = {}
      defs[name] = shape(schema, of)
    }
    return { $ref: `#/$defs/${name}` }
  }
  const shape = (schema: NormalizedSchema, of: MemberEnums): JsonSchema => {
    if (schema.isStructSchema()) return objectOf(membersOf(schema, enums), schema.isUnionSchema(), write)
    if (schema.isListSchema()) return { type: 'array', items: write(schema.getValueSchema(), of) }
    if (schema.isMapSchema()) {
      const keys = of.key && { propertyNames: write(schema.getKeySchema(), { value: of.key }) }
      return { type: 'object', ...keys, additionalProperties: write(schema.getValueSchema(), of) }
    }
    if (!schema.isBlobSchema()) return of.value ? enumSchema(of.value) : simple(schema)
    const def = schema.isStreaming() ? content : bytes
    defs[def.name] ??= def.schema
    return { $ref: `#/$defs/${def.name}` }
  }
  const enumSchema = (known: Enum): JsonSchema => {
    if ((uses.get(known.name) ?? 0) < 2) return listOf(known)
    defs[known.name] ??= listOf(known)
    return { $ref: `#/$defs/${known.name}` }
  }

  const root = objectOf(membersOf(input, enums), input.isUnionSchema(), write)
  const hasDefs = Object.keys(defs).length > 0
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...root, ...(hasDefs && { $defs: defs }) }
}

const objectOf = (
  members: readonly Member[],
  isUnion: boolean,
  write: (schema: NormalizedSchema, of: MemberEnums) => JsonSchema,
): JsonSchema => {
  const required = members.filter((member) => member.required).map(({ name }) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(members.map(({ name, schema, enums }) => [name, write(schema, enums)])),
    ...(required.length > 0 && !isUnion && { required }),
    ...(isUnion && { minProperties: 1, maxProperties: 1 }),
    additionalProperties: false,
  }
}

/** A long list, such as that of instance types, is more than anybody reads. */
const listOf = ({ values }: Enum): JsonSchema =>
  values.length <= mostValues
    ? { type: 'string', enum: values }
    : {
        type: 'string',
        description: `one of ${values.length} values, such as ${values.slice(0, 8).join(', ')}`,
      }

const mostValues = 60

const simple = (schema: NormalizedSchema): JsonSchema => {
  if (schema.isTimestampSchema()) return { type: 'string', format: 'date-time' }
  if (schema.isBooleanSchema()) return { type: 'boolean' }
  if (schema.isNumericSchema()) return { type: 'number' }
  if (schema.isBigIntegerSchema()) return { type: ['integer', 'string'], pattern: '^-?[0-9]+$' }
  if (schema.isBigDecimalSchema()) return { type: ['number', 'string'] }
  if (!schema.isStringSchema()) return {}
  return schema.getMergedTraits().httpLabel ? { type: 'string', minLength: 1 } : { type: 'string' }
}

/** How often each structure and enum is mentioned; none is entered twice. */
const countUses = (root: NormalizedSchema, enums: EnumsOf): ReadonlyMap<string, number> => {
  const uses = new Map<string, number>()
  const count = (name: string): number => {
    const before = uses.get(name) ?? 0
    uses.set(name, before + 1)
    return before
  }
  const visit = (schema: NormalizedSchema): void => {
    if (schema.isListSchema() || schema.isMapSchema()) visit(schema.getValueSchema())
    if (!schema.isStructSchema() || count(nameOf(schema)) > 0) return
    for (const { schema: member, enums: of } of membersOf(schema, enums)) {
      for (const known of [of.value, of.key]) if (known) count(known.name)
      visit(member)
    }
  }
  visit(root)
  return uses
}

const text = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }
const base64 = { type: 'string', contentEncoding: 'base64' }

/** Bytes: a string is base64; text need not be encoded by the caller. */
const bytes = {
  name: '$bytes',
  schema: { anyOf: [base64, { ...text, additionalProperties: false }] },
}

/** Content of a body. A plain string is not taken: much text is base64 as well, and would become other bytes. */
const content = {
  name: '$content',
  schema: {
    type: 'object',
    properties: { text: { type: 'string' }, base64 },
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: false,
  },
}
