import { NormalizedSchema } from '@smithy/core/schema'
import type { ServiceModule } from '../service-modules.ts'
import { type EnumsOf, type MemberEnums, noEnums } from './enums.ts'

/** What is known of one operation: by the SDK at run time, and of enums by the index. */
export interface OperationSchema {
  readonly service: string
  readonly operation: string
  readonly input: NormalizedSchema
  readonly output: NormalizedSchema
  readonly enums: EnumsOf
}

/** The runtime schemas of an operation, as something to walk. */
export const operationSchema = (
  module: Pick<ServiceModule, 'service' | 'schema'>,
  operation: string,
  enums: EnumsOf = noEnums,
): OperationSchema => {
  const [, , , , input, output] = module.schema(operation)
  return {
    service: module.service,
    operation,
    input: NormalizedSchema.of(input as SchemaRef),
    output: NormalizedSchema.of(output as SchemaRef),
    enums,
  }
}

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0]

/** A member of a structure or union. */
export interface Member {
  readonly name: string
  readonly schema: NormalizedSchema
  /** False for idempotency tokens too: the SDK fills them in. */
  readonly required: boolean
  readonly enums: MemberEnums
}

/** Members of a structure that a caller may give; none for the empty input. */
export const membersOf = (schema: NormalizedSchema, enums: EnumsOf): readonly Member[] => {
  if (!schema.isStructSchema()) return []
  // `[3, namespace, name, traits, names, schemas, requiredCount]`: those that are required come first.
  const requiredCount = Number((schema.getSchema() as readonly unknown[])[6] ?? 0)
  return [...schema.structIterator()].flatMap(([name, member], at) => {
    if (isComputed(member)) return []
    const required = at < requiredCount && !member.isIdempotencyToken()
    return [{ name, schema: member, required, enums: enums(nameOf(schema), name) }]
  })
}

/**
 * The length of a body follows from the body. Said otherwise, the rest of the body would be read as the next request
 * of a connection that all callers share (RFC 9112 section 11.2).
 */
const isComputed = (member: NormalizedSchema): boolean =>
  /^(content-length|transfer-encoding|connection|host)$/i.test(String(member.getMergedTraits().httpHeader))

/** Whether a name is that of a member which is not for the caller to give. */
export const isLeftOut = (schema: NormalizedSchema, name: string): boolean =>
  ((schema.getSchema() as readonly unknown[])[4] as readonly string[]).includes(name) &&
  isComputed(schema.getMemberSchema(name))

/** Name of a structure, union, list or map, unique within its service. */
export const nameOf = (schema: NormalizedSchema): string => schema.getName() ?? ''

/** Whether the answer is a stream of events, which may never end. */
export const isEventStream = (schema: NormalizedSchema): boolean =>
  schema.isStructSchema() && schema.getEventStreamMember() !== ''
