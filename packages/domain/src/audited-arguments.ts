import { z } from 'zod'

/** Arguments that are looked at; a call has a handful. */
const most = 30

/**
 * What the audit log says of arguments: the names that the tool knows, and of each value its type and length. Values themselves
 * are there of closed lists that we wrote (`z.enum`, booleans), because they say what was asked and cannot be anything else.
 */
export const auditedArguments = (
  args: Readonly<Record<string, unknown>>,
  input: z.ZodObject | undefined,
): Readonly<Record<string, unknown>> => {
  const shape: Readonly<Record<string, z.core.$ZodType>> = input?.shape ?? {}
  const entries = Object.entries(args).slice(0, most)
  const known = entries.filter(([name]) => Object.hasOwn(shape, name) || added.has(name))
  const others = Object.keys(args).length - known.length
  return {
    ...Object.fromEntries(known.map(([name, value]) => [name, described(value, shape[name])])),
    // A name that no tool has is the caller's text.
    ...(others > 0 && { others }),
  }
}

/** Arguments that the catalogue adds to a tool. */
const added: ReadonlySet<string> = new Set(['account', 'region', 'regions', 'fields', 'confirmation'])

const described = (value: unknown, schema: z.core.$ZodType | undefined): unknown => {
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return 'number'
  if (typeof value === 'string') return listed(value, schema) ? value : `string(${value.length})`
  if (Array.isArray(value)) return `array(${value.length})`
  return typeof value === 'object' ? `object(${Object.keys(value).length})` : typeof value
}

const listed = (value: string, schema: z.core.$ZodType | undefined): boolean => {
  const inner = unwrapped(schema)
  return inner instanceof z.ZodEnum && inner.options.includes(value)
}

const unwrapped = (schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrapped(schema.unwrap()) : schema
