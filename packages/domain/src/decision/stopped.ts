import type { Operation } from '../aws-calls.ts'
import { GatewayError } from '../errors.ts'
import type { Grant } from '../grant.ts'
import type { Stop, Stops } from '../stops.ts'
import { isRead } from '../target.ts'
import type { WhileAway } from '../while-away.ts'

/** What a call is, as far as an operator can stop it. */
export interface Stoppable {
  readonly tenantId: string
  readonly principalId: string
  /** Name of the tool; a resource or a prompt has one that no tool has. */
  readonly tool: string
  /** Whether it is of a class that may change something. */
  readonly changes: boolean
}

/** The stop that keeps a call from being made, the one with the most reach where there are several. */
export const stopFor = (stops: readonly Stop[], of: Stoppable): Stop | undefined => {
  let found: Stop | undefined
  for (const stop of stops) {
    if (covers(stop, of) && (!found || reach.indexOf(stop.kind) < reach.indexOf(found.kind))) found = stop
  }
  return found
}

/** What somebody is told who is stopped. */
export const stoppedText = ({ reason }: Stop): string =>
  `The operator of the gateway has stopped this: ${reason} Do not try again before they let it go on.`

/**
 * For each request of a call that runs already: rejects with `stopped` where it has been stopped since it began, and with
 * `unavailable` where nobody can tell. What was sent before is not taken back.
 */
export const demandNotStopped = async (
  stops: Stops | undefined,
  { tenant, principal }: Pick<Grant, 'tenant' | 'principal'>,
  operation: Pick<Operation, 'name' | 'access'>,
): Promise<void> => {
  const stop = stopFor((await stops?.inForce(forStops(operation))) ?? [], {
    tenantId: tenant.id,
    principalId: principal.id,
    tool: operation.name,
    changes: !isRead(operation),
  })
  if (!stop) return
  throw new GatewayError('stopped', `${stoppedText(stop)} Some of the call may have been carried out before.`)
}

/** What only reads goes on by the stops that were known last, while their store is away. */
export const forStops = (operation: Pick<Operation, 'access'>): WhileAway => ({
  whileAway: isRead(operation) ? 'local' : 'refuse',
})

const reach: readonly Stop['kind'][] = ['tenant', 'principal', 'tool', 'writes']

const covers = (stop: Stop, { tenantId, principalId, tool, changes }: Stoppable): boolean => {
  // One of no tenant is of all.
  if (stop.tenantId !== undefined && stop.tenantId !== tenantId) return false
  switch (stop.kind) {
    case 'tenant':
      return true
    case 'principal':
      return stop.principalId === principalId
    case 'tool':
      return stop.tool === tool
    case 'writes':
      return changes
  }
}
