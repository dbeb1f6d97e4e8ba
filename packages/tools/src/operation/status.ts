import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { operationId } from './operation-id.ts'
import { lookScopeOf, lookScopes, openOperation, operationState } from './operation-kinds.ts'

/** How work goes that an earlier call left running in AWS. */
export const operationStatus = defineTool({
  name: 'aws_operation_status',
  title: 'Status of a running operation',
  description:
    'Tells how an operation goes, and its result, by the operationId, account and region of its call.',
  access: 'read',
  iamActions: [],
  generic: true,
  idempotent: true,
  scopeOf: ({ operationId }) => lookScopeOf(operationId),
  scopes: lookScopes,
  input: z.strictObject({
    operationId,
    waitSeconds: z.int().min(0).max(25).optional(),
  }),
  output: operationState,
  async run(context, { operationId, waitSeconds = 0 }) {
    const { kind, facts, does } = openOperation(context, operationId)
    const until = Math.min(context.now() + waitSeconds * 1_000, context.deadline - 3_000)
    let told: unknown
    for (let pause = 1_000; ; pause = Math.min(pause * 1.5, 5_000)) {
      const look = await does.status(context, facts)
      const seen = `${look.state} ${look.status}`
      // What was before this call is not known, so its first look tells of an end only.
      if (told === undefined ? look.state !== 'running' : told !== seen) {
        await does.moved?.(context, facts)
        await context.changed({ kind: 'resource', uri: `aws://operations/${operationId}` })
      }
      told = seen
      if (look.state !== 'running' || context.now() + pause > until) return { data: { kind, ...look } }
      await context.wait(pause)
    }
  },
})
