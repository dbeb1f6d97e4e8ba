/** A JSON Schema as `AwsApi.schema` writes it: references lead to `$defs` of its root only. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A schema that fits into an answer, and the paths of objects that are left out of it. */
export interface SchemaPart {
  readonly schema: JsonSchema
  readonly leftOut: readonly string[]
}

/**
 * The schema of the member at `path`, or all of it; undefined where there is no such member. Lists and maps are looked
 * through, so a path has names of members only. Where it is longer than `most` characters, objects are left out, the
 * deepest first; what remains is a JSON Schema all the same.
 */
export const schemaPart = (
  root: JsonSchema,
  path: string | undefined,
  most: number,
): SchemaPart | undefined => {
  const start = path === undefined ? root : memberAt(root, path.split('.'))
  if (!start) return undefined
  for (const deepest of [Number.POSITIVE_INFINITY, 8, 7, 6, 5, 4, 3, 2, 1, 0]) {
    const part = copyOf({ root, start, path: path ?? '', deepest })
    if (JSON.stringify(part.schema).length <= most) return part
  }
  return { schema: { type: 'object', description: 'too long to be shown' }, leftOut: [path ?? ''] }
}

interface Copy {
  readonly root: JsonSchema
  readonly start: JsonSchema
  readonly path: string
  /** Levels of objects that are kept within the first. */
  readonly deepest: number
}

const copyOf = ({ root, start, path: from, deepest }: Copy): SchemaPart => {
  const written = new Map<string, JsonSchema>()
  const waiting: (() => void)[] = []
  const leftOut: string[] = []
  const copy = (schema: JsonSchema, level: number, path: string): JsonSchema => {
    const name = nameOf(schema)
    const target = resolved(root, schema)
    if (target.properties !== undefined && level > deepest) {
      leftOut.push(path)
      return { type: 'object', description: `left out; ask again with path ${path}` }
    }
    if (name === undefined) return within(schema, level, path)
    if (!written.has(name)) {
      // Its place is taken before its members are written, since they may lead back to it.
      written.set(name, target)
      waiting.push(() => written.set(name, within(target, level, path)))
    }
    return schema
  }
  const within = (schema: JsonSchema, level: number, path: string): JsonSchema => {
    const { properties, items, additionalProperties, propertyNames } = schema
    const member = (name: string) => (path === '' ? name : `${path}.${name}`)
    return {
      ...schema,
      ...(isSchema(properties) && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, each]) => [
            name,
            copy(each as JsonSchema, level + 1, member(name)),
          ]),
        ),
      }),
      ...(isSchema(items) && { items: copy(items, level, path) }),
      ...(isSchema(additionalProperties) && {
        additionalProperties: copy(additionalProperties, level, path),
      }),
      ...(isSchema(propertyNames) && { propertyNames: copy(propertyNames, level, path) }),
    }
  }
  const { $defs: _, ...first } = start
  const schema = nameOf(first) === undefined ? within(first, 0, from) : copy(first, 0, from)
  for (let next = waiting.shift(); next; next = waiting.shift()) next()
  return { schema: { ...schema, ...(written.size > 0 && { $defs: Object.fromEntries(written) }) }, leftOut }
}

const memberAt = (
  root: JsonSchema,
  [name, ...more]: readonly string[],
  from = root,
): JsonSchema | undefined => {
  if (name === undefined) return from
  const { properties } = contentOf(root, from)
  if (!isSchema(properties) || !Object.hasOwn(properties, name)) return undefined
  return memberAt(root, more, properties[name] as JsonSchema)
}

/** What a list, map or reference holds. */
const contentOf = (root: JsonSchema, schema: JsonSchema): JsonSchema => {
  const target = resolved(root, schema)
  const inner = target.items ?? target.additionalProperties
  return isSchema(inner) ? contentOf(root, inner) : target
}

const resolved = (root: JsonSchema, schema: JsonSchema): JsonSchema => {
  const name = nameOf(schema)
  const defs = root.$defs
  if (name === undefined || !isSchema(defs) || !Object.hasOwn(defs, name)) return schema
  return defs[name] as JsonSchema
}

const nameOf = ({ $ref }: JsonSchema): string | undefined =>
  typeof $ref === 'string' ? $ref.slice('#/$defs/'.length) : undefined

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null
