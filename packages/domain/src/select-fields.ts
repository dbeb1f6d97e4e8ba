import { z } from 'zod'
import { closestName } from './closest-name.ts'
import { GatewayError } from './errors.ts'
import { listIn } from './fit-answer.ts'
import type { AnyTool } from './tool.ts'

/** What the catalogue adds to the input of a tool whose answer has columns; checked by `takeFields`, names and all. */
export const fieldsInput = z.array(z.string()).optional().describe('columns')

/** The members of the records that a tool lists; undefined where `fields` cannot choose among them. */
export const columnsOf = ({ input, output, listField }: AnyTool): readonly string[] | undefined => {
  if (listField === undefined || 'fields' in input.shape) return undefined
  const list = output instanceof z.ZodObject ? unwrapped(output.shape[listField]) : undefined
  const record = list instanceof z.ZodArray ? unwrapped(list.element) : undefined
  // Records of any further members have columns that no schema knows.
  if (!(record instanceof z.ZodObject) || record.def.catchall !== undefined) return undefined
  return Object.keys(record.shape)
}

/** Takes `fields` out of the arguments; throws `invalid_arguments` where it names what is no column. */
export const takeFields = (
  tool: AnyTool,
  args: Readonly<Record<string, unknown>>,
): { readonly fields?: readonly string[]; readonly rest: Readonly<Record<string, unknown>> } => {
  const columns = columnsOf(tool)
  if (!columns || !('fields' in args)) return { rest: args }
  const { fields, ...rest } = args
  if (fields === undefined) return { rest }
  const all = `Columns are ${columns.join(', ')}.`
  if (!isNames(fields, columns.length)) {
    throw wrong(`fields: expected a list of at least one column. ${all}`)
  }
  const unknown = fields.find((field) => !columns.includes(field))
  if (unknown === undefined) return { fields, rest }
  const meant = closestName(unknown, columns)
  throw wrong(`fields: there is no such column${meant ? `; did you mean ${meant}?` : '.'} ${all}`)
}

/** The answer with these columns of its records and no others, in the order in which they were asked for. */
export const selectFields = (
  data: unknown,
  listField: string | undefined,
  fields: readonly string[],
): unknown => {
  const list = listIn(data, listField)
  if (listField === undefined || !list) return data
  const columns = [...new Set(fields)]
  return { ...(data as object), [listField]: list.map((record) => only(record, columns)) }
}

/** An output schema of which no record must have any column, since `fields` may have left it out. */
export const withoutRequiredColumns = <Schema extends object>(tool: AnyTool, schema: Schema): Schema => {
  if (!columnsOf(tool)) return schema
  const items = ['properties', 'data', 'properties', tool.listField ?? '', 'items'].reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined),
    schema,
  )
  if (typeof items === 'object' && items !== null) Reflect.deleteProperty(items, 'required')
  return schema
}

const only = (record: unknown, columns: readonly string[]): unknown =>
  typeof record === 'object' && record !== null
    ? Object.fromEntries(columns.map((column) => [column, Reflect.get(record, column) as unknown]))
    : record

const isNames = (value: unknown, most: number): value is string[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= 2 * most &&
  value.every((each) => typeof each === 'string')

const unwrapped = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrapped(schema.unwrap()) : schema

const wrong = (issue: string): GatewayError =>
  new GatewayError('invalid_arguments', 'The arguments are not right; nothing was sent to AWS.', {
    details: { issues: [issue] },
  })
