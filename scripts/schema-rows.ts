/** As much of JSON Schema as zod writes. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly additionalProperties?: JsonSchema | boolean
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly [keyword: string]: unknown
}

/** One member of a schema, at whatever depth: `filters[].name`, its type, whether it must be there, and what else is said. */
export type SchemaRow = readonly [path: string, type: string, required: boolean, notes: string]

/** The members of a schema, those of lists and objects inside them below. */
export const schemaRows = (schema: JsonSchema, path = ''): readonly SchemaRow[] => {
  const inner = innerOf(schema)
  const names = Object.entries(inner.schema.properties ?? {})
  const within = `${path}${inner.suffix}`
  if (names.length === 0 && path === '' && schema.additionalProperties !== false)
    return [['', typeOf(schema), true, notesOf(schema)]]
  return names.flatMap(([name, member]): readonly SchemaRow[] => {
    const at = within ? `${within}.${name}` : name
    const required = inner.schema.required?.includes(name) ?? false
    return [[at, typeOf(member), required, notesOf(member)], ...schemaRows(member, at)]
  })
}

/** What the members are of: the schema, or that of the items of its lists. */
const innerOf = (schema: JsonSchema): { schema: JsonSchema; suffix: string } => {
  if (schema.items) {
    const { schema: inner, suffix } = innerOf(schema.items)
    return { schema: inner, suffix: `[]${suffix}` }
  }
  if (typeof schema.additionalProperties === 'object' && schema.additionalProperties.properties)
    return { schema: schema.additionalProperties, suffix: '.*' }
  return { schema, suffix: '' }
}

const typeOf = (schema: JsonSchema): string => {
  const { items, additionalProperties, anyOf, oneOf, type } = schema
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(' or ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (items) return `list of ${typeOf(items)}`
  if (typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0)
    return `map of ${typeOf(additionalProperties)}`
  const choice = anyOf ?? oneOf
  if (choice) return [...new Set(choice.map(typeOf))].join(' or ')
  return (typeof type === 'object' ? type.join(' or ') : type) ?? 'any'
}

const notesOf = (schema: JsonSchema): string => {
  const { description, items, default: preset } = schema
  return [
    description,
    rangeOf(schema),
    patternOf(schema),
    items && limitsOf(items) && `each ${limitsOf(items)}`,
    preset !== undefined && `default ${JSON.stringify(preset)}`,
  ]
    .filter(Boolean)
    .join('; ')
}

const limitsOf = (schema: JsonSchema): string =>
  [rangeOf(schema), patternOf(schema)].filter(Boolean).join(', ')

const patternOf = ({ pattern }: JsonSchema): string =>
  typeof pattern === 'string' ? `matches ${pattern}` : ''

const rangeOf = (schema: JsonSchema): string =>
  [
    span(schema.minimum, schema.maximum, ''),
    span(schema.minLength, schema.maxLength, ' characters'),
    span(schema.minItems, schema.maxItems, ' items'),
  ]
    .filter(Boolean)
    .join(', ')

const span = (least: unknown, most: unknown, unit: string): string => {
  // Zod writes the bounds of safe integers where a tool says none.
  const [from, to] = [least, most].map((bound) =>
    typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined,
  )
  if (from !== undefined && to !== undefined) return `${from} to ${to}${unit}`
  if (from !== undefined) return `at least ${from}${unit}`
  return to === undefined ? '' : `at most ${to}${unit}`
}
