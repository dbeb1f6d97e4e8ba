import type { Stop, Stops } from '@gateway/domain'
import type { SignedInPerson } from './approval-sessions.ts'

/**
 * The stop of a person or of their company, the wider one of two; of their tools and writes each call is asked itself. Rejects with
 * `unavailable` where nobody can tell.
 */
export const stopOf = async (
  stops: Stops | undefined,
  { tenant, accountId }: SignedInPerson,
): Promise<Stop | undefined> => {
  const inForce = (await stops?.inForce()) ?? []
  const ofTenant = inForce.filter(({ tenantId }) => tenantId === tenant.id)
  return (
    ofTenant.find(({ kind }) => kind === 'tenant') ??
    ofTenant.find((stop) => stop.kind === 'principal' && stop.principalId === accountId)
  )
}
