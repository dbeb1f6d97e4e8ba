import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { operationId } from './operation-id.ts'
import { openOperation, stopScopeOf, stopScopes } from './operation-kinds.ts'

/** Stops work that an earlier call left running in AWS, where AWS can. */
export const operationCancel = defineTool({
  name: 'aws_operation_cancel',
  title: 'Cancel a running operation',
  description:
    'Stops a stack update, which rolls back, or a query, by the operationId, account and region of its call.',
  access: 'destructive',
  iamActions: [],
  generic: true,
  idempotent: true,
  scopeOf: ({ operationId }) => stopScopeOf(operationId),
  scopes: stopScopes,
  input: z.strictObject({ operationId }),
  output: z.object({ kind: z.string(), cancelled: z.boolean(), note: z.string() }),
  async confirm(context, { operationId }) {
    const { facts, does } = openOperation(context, operationId)
    return does.stop?.confirm?.(context, facts)
  },
  async run(context, { operationId }) {
    const { kind, facts, does } = openOperation(context, operationId)
    const answer = (await does.stop?.run(context, facts)) ?? {
      cancelled: false,
      note: 'This cannot be stopped; it ends by itself and changes nothing.',
    }
    return { data: { kind, ...answer } }
  },
})
