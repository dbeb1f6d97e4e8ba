import type { CallScope, RunningOperation, ToolContext } from '@gateway/domain'
import { GatewayError, operationClaim } from '@gateway/domain'
import { z } from 'zod'
import { driftOperation } from '../cloudformation/drift-operation.ts'
import { stackProgress } from '../cloudformation/stack-answer.ts'
import { stackDrift } from '../cloudformation/stack-drift.ts'
import { stackOperation } from '../cloudformation/stack-operation.ts'
import { stateOperation } from '../ec2/state-operation.ts'
import { queryOperation } from '../logs/query-operation.ts'
import { queryResultsSchema } from '../logs/query-results.ts'
import type { OperationKind } from './operation-kind.ts'

/** Every kind of work that an operation id can name. */
const kinds: ReadonlyMap<string, OperationKind> = new Map([
  ['drift', driftOperation],
  ['instance-state', stateOperation],
  ['logs-query', queryOperation],
  ['stack', stackOperation],
])

/** How an operation goes, of whichever kind. */
export const operationState = z.object({
  kind: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  ...stackProgress.shape,
  ...stackDrift.shape,
  // The status of a query or an instance is in the field of a stack's.
  ...queryResultsSchema.omit({ status: true }).partial().shape,
})

/** The kind and the facts of an operation; throws `unknown_operation_id`. */
export const openOperation = (
  { operations }: ToolContext,
  id: string,
): RunningOperation & { readonly does: OperationKind } => {
  const operation = operations.open(id)
  const does = kinds.get(operation.kind)
  if (does) return { ...operation, does }
  throw new GatewayError(
    'unknown_operation_id',
    'This operation id is of a kind that this gateway does not know.',
  )
}

/** What looking at an operation takes, by what its id says of itself. */
export const lookScopeOf = (id: string): CallScope => kindOf(id)?.look ?? nothing

/** What stopping it takes. */
export const stopScopeOf = (id: string): CallScope =>
  kindOf(id)?.stop?.scope ?? { ...nothing, access: 'write' }

/** All that `lookScopeOf` may say. */
export const lookScopes: readonly CallScope[] = [...kinds.values()].map(({ look }) => look)

/** All that `stopScopeOf` may say. */
export const stopScopes: readonly CallScope[] = [...kinds.values()].flatMap(({ stop }) =>
  stop ? [stop.scope] : [],
)

const kindOf = (id: string): OperationKind | undefined => kinds.get(operationClaim(id)?.kind ?? '')

const nothing: CallScope = { access: 'read', iamActions: [] }
