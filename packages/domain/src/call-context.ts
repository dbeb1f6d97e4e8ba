import { emptyApi } from './aws-api.ts'
import type { AwsCalls, Operation } from './aws-calls.ts'
import type { CallDependencies } from './call-dependencies.ts'
import type { Deadline } from './deadline.ts'
import { operationHandles } from './operation-handle.ts'
import { outlookOf } from './outlook.ts'
import type { Spending } from './spending.ts'
import type { Aim } from './target.ts'
import type { ToolContext } from './tool.ts'
import type { Call } from './tool-call.ts'

/** What the work of a call sees, in its first region. */
export interface CallContext extends ToolContext {
  /** The same in another of the regions that the call is aimed at. */
  inRegion(region: string): ToolContext
  /** The way to AWS in another of the tenant's regions, for what judges the call; undefined where the tenant has it not. */
  awsIn(region: string): ToolContext['aws'] | undefined
}

/** What a call is made of when its work begins. */
export interface StartedCall {
  readonly deps: CallDependencies
  readonly call: Call
  readonly callId: string
  readonly aim: Aim
  readonly aws: AwsCalls
  readonly operation: Operation
  readonly limit: Deadline
  readonly spending: Spending
  /** When `limit` stops it, in milliseconds since the epoch. */
  readonly ends: number
}

/** The world as the work of one call sees it. */
export const callContextOf = (started: StartedCall): CallContext => {
  const { deps, call, callId, aim, aws, operation, limit, ends, spending } = started
  const { capabilities, answers, state, progress, log, closeStream } = call.interaction
  const { tenant, principal } = call.grant
  const { account } = aim.granted
  const { signal } = limit
  const inRegion = (region: string): ToolContext => ({
    capabilities,
    answers,
    state,
    progress,
    log,
    closeStream,
    grant: call.grant,
    account,
    region,
    signal,
    now: deps.now,
    deadline: ends,
    wait: limit.wait,
    clientToken: callId.replaceAll('-', ''),
    api: deps.api ?? emptyApi,
    ...(deps.draw && { draw: deps.draw }),
    ...(deps.prices && { prices: deps.prices }),
    operations: operationHandles(deps.cursors, {
      tenantId: tenant.id,
      principalId: principal.id,
      account: account.accountId,
      alias: account.alias,
      region,
    }),
    async recentEvents(limit) {
      const all = principal.scopes.includes('aws:admin')
      const of = { tenantId: tenant.id, limit, ...(!all && { principalId: principal.id }) }
      return (await deps.recentEvents?.(of)) ?? []
    },
    aws: (service, name, input) =>
      aws.send(operation, { service, operation: name, input }, { region, signal }),
    outlook: outlookOf(deps, { grant: call.grant, spending, signal, boundaryReads: aws.boundaryReads }),
    changed: (change) => deps.changes.publish(tenant.id, change),
  })
  const awsIn = (region: string): ToolContext['aws'] | undefined => {
    if (!tenant.permissions.allowedRegions.includes(region)) return undefined
    aws.also(region)
    return inRegion(region).aws
  }
  return Object.assign(inRegion(aim.region), { inRegion, awsIn })
}
