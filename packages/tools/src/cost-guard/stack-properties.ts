import { listOf, type Members, recordOf, textOf } from './input-values.ts'

/** Stands for a value that only CloudFormation can tell, and only later. */
export const unresolved: unique symbol = Symbol('unresolved')

/** Properties of a resource by AWS's own account of a change set; undefined where it gives none. */
export const propertiesAfter = (change: Members): Members | undefined => {
  const context = jsonIn(change.AfterContext)
  return context === undefined ? undefined : recordOf(resolved(recordOf(context).Properties ?? {}, new Map()))
}

/** Properties of each resource of a template by logical id, as far as parameters tell them; undefined where it is no JSON. */
export const propertiesIn = (
  template: unknown,
  parameters: readonly Members[],
): ReadonlyMap<string, Members> | undefined => {
  const parsed = jsonIn(template)
  if (parsed === undefined) return undefined
  const { Parameters, Resources } = recordOf(parsed)
  const values = new Map<string, unknown>()
  for (const [name, declared] of Object.entries(recordOf(Parameters)))
    values.set(name, recordOf(declared).Default)
  for (const { ParameterKey, ParameterValue, ResolvedValue } of parameters)
    values.set(String(ParameterKey), ResolvedValue ?? ParameterValue)
  return new Map(
    Object.entries(recordOf(Resources)).map(([id, resource]) => [
      id,
      recordOf(resolved(recordOf(resource).Properties ?? {}, values)),
    ]),
  )
}

const jsonIn = (text: unknown): unknown => {
  if (typeof text !== 'string' || !text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** References to parameters by their values; whatever else is computed, masked or looked up later is unresolved. */
const resolved = (value: unknown, parameters: ReadonlyMap<string, unknown>): unknown => {
  if (typeof value === 'string') return /\{\{|\*{4}/.test(value) ? unresolved : value
  if (Array.isArray(value)) return value.map((each) => resolved(each, parameters))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [name = '', of] = entries.length === 1 ? (entries[0] ?? []) : []
  if (name === 'Ref' && typeof of === 'string')
    return parameters.has(of) ? resolved(parameters.get(of), new Map()) : unresolved
  if (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::')) return unresolved
  return Object.fromEntries(entries.map(([key, each]) => [key, resolved(each, parameters)]))
}

/** Reads the members of a resource, where numbers and truths may be texts. */
export const readable = (properties: Members): Members =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => !(value === null || value === undefined))
      .map(([name, value]) => [name, plain(value)]),
  )

const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) return readable(value as Members)
  const text = textOf(value)
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : value
}

/** Whether a value, or anything in it, is known only later. */
export const isUnresolved = (value: unknown): boolean =>
  value === unresolved ||
  listOf(value).some(isUnresolved) ||
  Object.values(recordOf(value)).some(isUnresolved)
