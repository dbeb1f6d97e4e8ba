import type { PreparedInput } from '@gateway/domain'
import type { NormalizedSchema } from '@smithy/core/schema'
import { type EnumsOf, enumFault, type MemberEnums } from './enums.ts'
import { collectIssues, type Issues, isRecord, keyPath, kindOf, memberPath, quoted } from './issues.ts'
import { nearestName } from './nearest-name.ts'
import { isEventStream, isLeftOut, type Member, membersOf, type OperationSchema } from './operation-schema.ts'
import { isHeaderName, type Placement, placementOf } from './placement.ts'
import { readSimple } from './read-simple.ts'
import { sizeFault } from './size-fault.ts'

/** Checks JSON against an operation's input, all of it at once, and turns it into what the SDK takes. Never throws. */
export const prepareInput = (operation: OperationSchema, params: unknown): PreparedInput => {
  const issues = collectIssues()
  if (isEventStream(operation.output)) {
    return { issues: ['The operation answers with a stream of events, which the gateway does not read.'] }
  }
  const oversized = sizeFault(params ?? {})
  if (oversized !== undefined) return { issues: [oversized] }
  const input = readStruct(operation.input, params ?? {}, {
    service: operation.service,
    enumsOf: operation.enums,
    issues,
    path: '',
    place: 'body',
    enums: {},
  })
  return issues.list().length === 0 ? { input: input as object } : { issues: issues.list() }
}

/** Where on its walk the reading of a value is. */
interface At {
  readonly service: string
  readonly enumsOf: EnumsOf
  readonly issues: Issues
  readonly path: string
  readonly place: Placement
  /** Of the member that the value is in. */
  readonly enums: MemberEnums
}

const readValue = (schema: NormalizedSchema, given: unknown, at: At): unknown => {
  if (at.issues.full()) return undefined
  if (schema.isStructSchema()) return readStruct(schema, given, at)
  if (schema.isListSchema()) return readList(schema, given, at)
  if (schema.isMapSchema()) return readMap(schema, given, at)
  if (schema.isDocumentSchema()) return readDocument(given, at)
  const reading = readSimple(schema, given, at.place)
  const known = at.enums.value
  const fault = known && typeof given === 'string' ? enumFault(known, given) : undefined
  const problem = 'problem' in reading ? reading.problem : fault
  if (problem !== undefined) at.issues.add(at.path, problem)
  return 'value' in reading ? reading.value : undefined
}

const readStruct = (schema: NormalizedSchema, given: unknown, at: At): object => {
  const out: Record<string, unknown> = {}
  if (!isRecord(given)) {
    at.issues.add(at.path, `must be an object, not ${kindOf(given)}`)
    return out
  }
  const members = membersOf(schema, at.enumsOf)
  for (const name of Object.keys(given)) {
    if (at.issues.full()) return out
    if (!members.some((member) => member.name === name))
      at.issues.add(memberPath(at.path, named(name)), unknown(name, schema, members))
  }
  for (const { name, schema: member, required, enums } of members) {
    if (!Object.hasOwn(given, name) || given[name] === undefined) {
      if (required && !schema.isUnionSchema()) at.issues.add(memberPath(at.path, name), 'is missing')
      continue
    }
    const place = placementOf(at.service, name, member, at.place)
    out[name] = readValue(member, given[name], { ...at, path: memberPath(at.path, name), place, enums })
  }
  const count = Object.keys(given).length
  if (schema.isUnionSchema() && count !== 1) at.issues.add(at.path, oneOf(members, count))
  return out
}

const readList = (schema: NormalizedSchema, given: unknown, at: At): unknown => {
  if (!Array.isArray(given)) {
    at.issues.add(at.path, `must be a list, not ${kindOf(given)}`)
    return undefined
  }
  const value = schema.getValueSchema()
  return Array.from(given, (each, index) => readValue(value, each, { ...at, path: `${at.path}[${index}]` }))
}

const readMap = (schema: NormalizedSchema, given: unknown, at: At): unknown => {
  if (!isRecord(given)) {
    at.issues.add(at.path, `must be an object, not ${kindOf(given)}`)
    return undefined
  }
  const value = schema.getValueSchema()
  const inHeaderNames = schema.getMergedTraits().httpPrefixHeaders !== undefined
  const out: Record<string, unknown> = {}
  for (const [key, each] of Object.entries(given)) {
    const path = keyPath(at.path, key)
    const problem = keyFault(key, inHeaderNames) ?? (at.enums.key && enumFault(at.enums.key, key))
    if (problem === undefined) out[key] = readValue(value, each, { ...at, path })
    else at.issues.add(path, problem)
  }
  return out
}

/** A document is any JSON; it is copied, so that nothing but JSON comes through. */
const readDocument = (given: unknown, at: At): unknown => {
  if (at.issues.full()) return undefined
  if (given === null || typeof given === 'boolean') return given
  if (typeof given === 'string' || typeof given === 'number') {
    const fine = typeof given === 'string' ? given.isWellFormed() : Number.isFinite(given)
    if (!fine) at.issues.add(at.path, 'is not JSON')
    return given
  }
  if (Array.isArray(given)) {
    return Array.from(given, (each, index) => readDocument(each, { ...at, path: `${at.path}[${index}]` }))
  }
  const out: Record<string, unknown> = {}
  if (!isRecord(given)) at.issues.add(at.path, `must be JSON, not ${kindOf(given)}`)
  else {
    for (const [key, each] of Object.entries(given)) {
      const problem = keyFault(key, false)
      if (problem === undefined) out[key] = readDocument(each, { ...at, path: keyPath(at.path, key) })
      else at.issues.add(keyPath(at.path, key), problem)
    }
  }
  return out
}

const keyFault = (key: string, inHeaderName: boolean): string | undefined => {
  if (key === '__proto__') return 'must not be named so'
  if (!key.isWellFormed()) return 'is not well-formed Unicode'
  return inHeaderName && !isHeaderName(key) ? 'must be 1-128 of the characters of a header name' : undefined
}

const named = (name: string): string => (/^\w{1,60}$/.test(name) ? name : quoted(name))

const unknown = (name: string, schema: NormalizedSchema, members: readonly Member[]): string => {
  if (schema.isStructSchema() && isLeftOut(schema, name)) return 'must be left out: it follows from the body'
  const known = members.map((member) => member.name)
  const near = nearestName(name, known)
  if (near !== undefined) {
    const sameLetters = near.toLowerCase() === name.toLowerCase()
    return `is not known; did you mean ${near}${sameLetters ? ' (case counts)' : ''}`
  }
  if (known.length === 0) return 'is not known; nothing is taken here'
  return known.length > 12 ? 'is not known' : `is not known; there are ${known.join(', ')}`
}

const oneOf = (members: readonly Member[], count: number): string => {
  const names = members.map((member) => member.name)
  const shown = names.length > 12 ? `${names.slice(0, 12).join(', ')}, …` : names.join(', ')
  return `must have exactly one of ${shown}, not ${count}`
}
