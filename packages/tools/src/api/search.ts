import { type ApiOperation, decide, defineTool, GatewayError, type Grant } from '@gateway/domain'
import { z } from 'zod'
import { asCalled } from './as-called.ts'
import { operationName, serviceName } from './call-input.ts'
import { knownOperation, onlyReads, scopeOfOperation } from './known-operation.ts'
import { schemaPart } from './schema-part.ts'

/** Most operations in one answer. */
const mostFound = 10

/** Characters of a schema; an answer that is longer than 32,000 would be cut, and the schema with it. */
const longestSchema = 26_000
const mostLeftOut = 20

/** What a call that passes a role would be, where that is another class. */
const withRole = z.string().describe('permissions where params pass a role: allowed, or the refusal')

/** The operations of AWS, and what one of them takes; asks AWS nothing. */
export const apiSearch = defineTool({
  name: 'aws_api_search',
  title: 'Search AWS operations',
  description:
    'Finds AWS operations for aws_api_read and aws_api_write by what they do, and whether you may call them. With service and operation: the schema of its params, its IAM actions, class and paging.',
  access: 'read',
  iamActions: [],
  idempotent: true,
  pack: 'api',
  input: z.strictObject({
    query: z.string().min(1).max(200).optional().describe('such as: list rds snapshots'),
    service: serviceName.optional().describe('IAM prefix'),
    operation: operationName.optional(),
    path: z
      .string()
      .regex(/^[\w.-]{1,400}$/, 'must be names of members with dots between them')
      .optional()
      .describe('member of params, such as LaunchTemplateData.Placement'),
  }),
  output: z.object({
    operations: z
      .array(
        z.object({
          service: z.string(),
          operation: z.string(),
          class: z.string(),
          allowed: z.boolean(),
          refusal: z.string().optional(),
          withRole: withRole.optional(),
          summary: z.string(),
        }),
      )
      .optional(),
    operation: z
      .object({
        service: z.string(),
        operation: z.string(),
        tool: z.string(),
        class: z.string(),
        allowed: z.boolean(),
        refusal: z.string().optional(),
        withRole: withRole.optional(),
        summary: z.string(),
        iamActions: z.array(z.string()),
        passesRole: z.array(z.string()).optional(),
        secret: z.boolean().optional(),
        costs: z.boolean().optional(),
        dryRun: z.boolean().optional(),
        pages: z.boolean().optional(),
        params: z.record(z.string(), z.unknown()).optional(),
        whyNoParams: z.string().optional(),
        leftOut: z.array(z.string()).optional().describe('paths of what was too long to be shown'),
      })
      .optional(),
  }),
  async run({ api, grant }, { query, service, operation, path }) {
    if (query !== undefined && operation === undefined && path === undefined) {
      const found = api.search(query, {
        limit: mostFound,
        ...(service !== undefined && { services: [service] }),
      })
      return { data: { operations: found.slice(0, mostFound).map((each) => entryOf(each, grant)) } }
    }
    if (query !== undefined || service === undefined || operation === undefined) throw whatToGive()
    const found = knownOperation(api, service, operation)
    const { iamActions, passesRole, secret, costs, dryRun, pager } = found
    // A schema loads the SDK of its service for good, so only those of the tenant are.
    const whyNoParams = serviceDenial(found, grant)
    const part =
      whyNoParams === undefined
        ? schemaPart(await api.schema(service, operation), path, longestSchema)
        : { schema: undefined, leftOut: [] }
    if (!part) throw new GatewayError('invalid_arguments', `${operation} has no such member in its params.`)
    return {
      data: {
        operation: {
          ...entryOf(found, grant),
          tool: onlyReads(found) ? 'aws_api_read' : 'aws_api_write',
          iamActions: [...iamActions],
          ...(passesRole && { passesRole: [...passesRole] }),
          ...(secret && { secret }),
          ...(costs && { costs }),
          ...(dryRun && { dryRun }),
          ...(pager && { pages: true }),
          ...(part.schema && { params: part.schema }),
          ...(whyNoParams !== undefined && { whyNoParams }),
          ...(part.leftOut.length > 0 && { leftOut: part.leftOut.slice(0, mostLeftOut) }),
        },
      },
    }
  },
})

/** Why the policy of the tenant has no place for the service, if so. */
const serviceDenial = (found: ApiOperation, grant: Grant): string | undefined => {
  const decision = decide({ grant, tool: scopeOfOperation(found) })
  if (decision.effect !== 'deny') return undefined
  return decision.denials.find(({ rule }) => rule === 'service' || rule === 'policy.error')?.reason
}

const entryOf = (found: ApiOperation, grant: Grant) => {
  const plain = asCalled(found)
  const { service, operation, access, summary } = plain
  const verdict = (each: ApiOperation) => decide({ grant, tool: scopeOfOperation(each) })
  const decision = verdict(plain)
  const passing = verdict(found)
  return {
    service,
    operation,
    class: access,
    allowed: decision.effect === 'allow',
    ...(decision.effect === 'deny' && { refusal: decision.denials[0].code }),
    ...(plain !== found && {
      withRole: passing.effect === 'deny' ? passing.denials[0].code : 'allowed',
    }),
    summary,
  }
}

const whatToGive = (): GatewayError =>
  new GatewayError(
    'invalid_arguments',
    'Give a query, with or without a service; or a service and an operation, with or without a path.',
  )
