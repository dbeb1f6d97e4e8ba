import { defineTool, GatewayError, planLines } from '@gateway/domain'
import { z } from 'zod'
import { jmesPath, operationName, operationParams, serviceName } from './call-input.ts'
import { knownOperation, onlyReads, scopeOfOperation } from './known-operation.ts'
import { isRecord, pageOf, withToken } from './pages.ts'
import { preparedInput } from './prepared-input.ts'
import { projectionOf } from './project.ts'

/** Any operation of AWS that only reads. */
export const apiRead = defineTool({
  name: 'aws_api_read',
  title: 'Call an AWS read operation',
  description:
    'Calls any AWS operation that only reads, where no other tool fits. Find it and its params with aws_api_search; select from long answers with query.',
  access: 'read',
  iamActions: [],
  generic: true,
  idempotent: true,
  pack: 'api',
  cursorField: 'nextToken',
  input: z.strictObject({
    service: serviceName,
    operation: operationName,
    params: operationParams.optional(),
    query: jmesPath.optional().describe('JMESPath on the answer'),
    nextToken: z.string().min(1).max(65_536).optional(),
  }),
  output: z.looseObject({
    result: z.unknown().optional().describe('what query selects, where that is no object'),
  }),
  scopeOf({ service, operation }, api) {
    const found = knownOperation(api, service, operation)
    if (onlyReads(found)) return scopeOfOperation(found)
    throw new GatewayError(
      'invalid_arguments',
      `${operation} does not only read. Call it with aws_api_write.`,
    )
  },
  async confirm(context, { service, operation, params = {}, nextToken }) {
    const found = knownOperation(context.api, service, operation)
    // A request that AWS bills may have no price that is known; then a person decides.
    if (!found.costs) return undefined
    const input = await preparedInput(context.api, found, withToken(found, params, nextToken))
    return {
      effect: `Calls ${operation} of ${service}, which only reads, and for which AWS bills each request.`,
      resources: [],
      details: { request: planLines(await context.api.presentInput(service, operation, input)) },
      sends: { service, operation, input },
      onlyByRule: true,
    }
  },
  async run(context, { service, operation, params = {}, query, nextToken }) {
    const { api } = context
    const found = knownOperation(api, service, operation)
    const project = projectionOf(query)
    const input = await preparedInput(api, found, withToken(found, params, nextToken))
    const output = await context.aws(service, operation, input)
    const presented = await api.present(service, operation, output)
    const { page, token } = pageOf(found, { output, presented }, nextToken)
    const selected = project(page) ?? null
    return { data: isRecord(selected) ? selected : { result: selected }, next: token }
  },
})
