import { bodyText, readStart, redacted, redactSecrets, redactText } from '@gateway/domain'
import type { NormalizedSchema } from '@smithy/core/schema'
import { faultOf } from '../aws-fault.ts'
import { isRecord } from './issues.ts'
import type { OperationSchema } from './operation-schema.ts'
import { unmarkedSecrets } from './unmarked-secrets.ts'

/** An output of the SDK as JSON that a caller may read, without what the schema or a rule says is secret. */
export const presentOutput = async (operation: OperationSchema, output: unknown): Promise<unknown> => {
  if (!isRecord(output) || !operation.output.isStructSchema()) return {}
  const action = `${operation.service}:${operation.operation}`
  const bodies = await readBodies(operation.output, output, action)
  const shown = show(operation.output, { ...output, ...bodies }, 0)
  return redactSecrets(withoutUnmarked(shown, unmarkedSecrets[action] ?? []))
}

/** An input of the SDK as JSON for the person who is asked: without secrets, and of bytes only how many. */
export const presentInput = (operation: OperationSchema, input: object): unknown =>
  operation.input.isStructSchema() ? redactSecrets(show(operation.input, withSizes(input), 0)) : {}

const withSizes = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return new Body({ bytes: value.length })
  if (Array.isArray(value)) return value.map(withSizes)
  return isRecord(value) ? entriesOf(value, withSizes) : value
}

/** Most bytes of a body or of one value: what a model can still read. */
const byteLimit = 65_536
/** Deeper than any answer of AWS. */
const maxDepth = 64

/** Bodies that arrive as streams, which are members of the output itself. */
const readBodies = async (
  schema: NormalizedSchema,
  output: Readonly<Record<string, unknown>>,
  action: string,
): Promise<object> => {
  const read: Record<string, Body> = {}
  for (const [name, member] of schema.structIterator()) {
    const body = output[name]
    if (!member.isStreaming() || !isStream(body)) continue
    const start = await readStart(body, byteLimit).catch((thrown: unknown) => {
      throw faultOf(thrown, { action })
    })
    const text = bodyText(start)
    read[name] = new Body({
      ...(text === undefined ? { base64: start.bytes.toString('base64') } : { text: redactText(text) }),
      ...(start.more && { truncated: true }),
    })
  }
  return read
}

/** A body that has been read. */
class Body {
  readonly shown: object
  constructor(shown: object) {
    this.shown = shown
  }
}

const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

const show = (schema: NormalizedSchema, value: unknown, depth: number): unknown => {
  if (value === undefined || value === null) return undefined
  if (depth > maxDepth || schema.getMergedTraits().sensitive) return redacted
  // Also instances of classes of the SDK, such as an error that is a member.
  if (schema.isStructSchema()) return typeof value === 'object' ? showStruct(schema, value, depth) : undefined
  if (schema.isListSchema()) {
    const member = schema.getValueSchema()
    return Array.isArray(value) ? value.map((each) => show(member, each, depth + 1) ?? null) : undefined
  }
  if (schema.isMapSchema()) {
    const member = schema.getValueSchema()
    return isRecord(value) ? entriesOf(value, (each) => show(member, each, depth + 1)) : undefined
  }
  if (schema.isDocumentSchema()) return showDocument(value, depth)
  return showSimple(value)
}

/** Members that the schema knows; so `$metadata`, and whatever else the SDK adds, stays behind. */
const showStruct = (schema: NormalizedSchema, value: object, depth: number): object => {
  const members: [string, unknown][] = []
  for (const [name, member] of schema.structIterator()) {
    const each = show(member, (value as Readonly<Record<string, unknown>>)[name], depth + 1)
    if (each !== undefined) members.push([name, each])
  }
  const unknown = '$unknown' in value && Array.isArray(value.$unknown) ? String(value.$unknown[0]) : undefined
  // A member newer than this SDK: whether it is secret is not known.
  if (unknown !== undefined) members.push([unknown, redacted])
  return Object.fromEntries(members)
}

const showDocument = (value: unknown, depth: number): unknown => {
  if (depth > maxDepth) return redacted
  if (Array.isArray(value)) return value.map((each) => showDocument(each, depth + 1) ?? null)
  return isRecord(value) ? entriesOf(value, (each) => showDocument(each, depth + 1)) : showSimple(value)
}

const showSimple = (value: unknown): unknown => {
  if (value instanceof Body) return value.shown
  if (value instanceof Uint8Array) return showBytes(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value !== 'object' || value === null) return null
  // A decimal number of any length, or JSON that the SDK keeps as text.
  if ('string' in value) return String(value.string)
  return value instanceof String ? String(value) : null
}

const showBytes = (bytes: Uint8Array): unknown => {
  const base64 = Buffer.from(bytes.subarray(0, byteLimit)).toString('base64')
  return bytes.length > byteLimit ? { base64, truncated: true, bytes: bytes.length } : base64
}

const entriesOf = (record: Readonly<Record<string, unknown>>, change: (value: unknown) => unknown): object =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, each]) => {
      const changed = change(each)
      return changed === undefined ? [] : [[name, changed]]
    }),
  )

const withoutUnmarked = (shown: unknown, paths: readonly (readonly string[])[]): unknown =>
  paths.reduce((value, path) => without(value, path), shown)

/** Hides what is at a path; `[]` stands for each element of a list. */
const without = (value: unknown, [first, ...rest]: readonly string[]): unknown => {
  if (first === undefined) return value === undefined ? undefined : redacted
  if (first === '[]') return Array.isArray(value) ? value.map((each) => without(each, rest)) : value
  if (!isRecord(value) || !Object.hasOwn(value, first)) return value
  return { ...value, [first]: without(value[first], rest) }
}
