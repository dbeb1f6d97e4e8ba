import type { CallScope, Tenant } from '@gateway/domain'
import { readsFor } from './cost-guard.ts'

/** IAM actions of the reads that judging `service:Operation` takes in this tenant; without one those of its estimate. */
export const judgingReads = (request: string, tenant: Tenant | undefined): readonly string[] => {
  const [service = '', operation = ''] = request.split(':')
  return readsFor(service, operation, tenant?.costControl ?? {})
}

/** A scope with the reads that judging its requests takes. */
export const judgedScope = <Scope extends CallScope>(scope: Scope, reads: readonly string[]): Scope => ({
  ...scope,
  iamActions: [...new Set([...scope.iamActions, ...reads])],
})

/** Whether anything of a tenant goes by what a call costs that nobody is asked about otherwise. */
export const goesByCost = ({ budget, confirmation }: Pick<Tenant, 'budget' | 'confirmation'>): boolean =>
  budget !== undefined || confirmation.rules.some(({ when }) => when.aboveUsd !== undefined)
