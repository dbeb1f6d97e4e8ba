import { defineTool, GatewayError } from '@gateway/domain'
import { z } from 'zod'
import { judgingReads } from '../cost-guard/judged-scope.ts'
import { dryRunAllowed } from '../dry-run.ts'
import { inPlan } from '../ec2/find-instance.ts'
import { asCalled } from './as-called.ts'
import { jmesPath, operationName, operationParams, serviceName } from './call-input.ts'
import { knownOperation, onlyReads, scopeOfOperation } from './known-operation.ts'
import { knownTags, tagReads } from './known-tags.ts'
import { isDry, planOf, withClientToken } from './plan.ts'
import { preparedInput } from './prepared-input.ts'
import { projectAfterwards, projectionOf } from './project.ts'

/** Any operation of AWS that changes something. */
export const apiWrite = defineTool({
  name: 'aws_api_write',
  title: 'Call an AWS write operation',
  description:
    'Calls any AWS operation that changes something, where no other tool fits. Find it and its params with aws_api_search. With dryRun nothing changes: AWS says whether it would be allowed, or the plan is shown.',
  access: 'write',
  iamActions: [],
  generic: true,
  idempotent: false,
  pack: 'api',
  input: z.strictObject({
    service: serviceName,
    operation: operationName,
    params: operationParams.optional(),
    query: jmesPath.optional().describe('JMESPath on the answer'),
    dryRun: z.boolean().optional(),
    reason: z.string().min(1).max(500).optional().describe('shown to who confirms'),
    clientToken: z
      .string()
      .regex(/^[\w-]{1,64}$/, 'must be 1-64 of letters, digits, - and _')
      .optional()
      .describe('makes a repeated call harmless'),
  }),
  output: z.object({
    outcome: z.enum(['done', 'would be allowed', 'planned']),
    result: z.unknown().optional(),
    queryFailed: z.boolean().optional(),
    plan: z
      .object({
        effect: z.string(),
        resources: z.array(z.object({ id: z.string() })),
        details: z.record(z.string(), z.unknown()),
      })
      .optional(),
  }),
  scopeOf({ service, operation, params }, api, tenant) {
    const found = knownOperation(api, service, operation)
    if (!onlyReads(found)) {
      const called = asCalled(found, params)
      const checks = [...judgingReads(`${service}:${operation}`, tenant), ...tagReads(called, tenant)]
      return scopeOfOperation(called, checks)
    }
    throw new GatewayError('invalid_arguments', `${operation} only reads. Call it with aws_api_read.`)
  },
  async confirm(context, call) {
    const { api, clientToken } = context
    const found = knownOperation(api, call.service, call.operation)
    projectionOf(call.query)
    const input = await preparedInput(api, found, withClientToken(found, call, clientToken))
    if (isDry(found, call)) return undefined
    const plan = await planOf(api, found, call, input)
    const { service, operation } = call
    const ids = plan.resources.map(({ id }) => id)
    const tags = await knownTags(context, asCalled(found, call.params), ids)
    return {
      ...plan,
      resources: ids.map((id) => (tags.has(id) ? inPlan(id, tags.get(id) ?? {}) : { id })),
      sends: { service, operation, input },
    }
  },
  async run(context, call) {
    const { api, clientToken } = context
    const { service, operation } = call
    const found = knownOperation(api, service, operation)
    const project = projectionOf(call.query)
    const input = await preparedInput(api, found, withClientToken(found, call, clientToken))
    if (isDry(found, call)) {
      const plan = await planOf(api, found, call, input)
      if (!found.dryRun) return { data: { outcome: 'planned' as const, plan } }
      await dryRunAllowed(context.aws(service, operation, { ...input, DryRun: true }))
      return { data: { outcome: 'would be allowed' as const, plan } }
    }
    const output = await context.aws(service, operation, input)
    const { result, failed } = projectAfterwards(project, await api.present(service, operation, output))
    return {
      data: { outcome: 'done' as const, result: result ?? null, ...(failed && { queryFailed: true }) },
    }
  },
})
