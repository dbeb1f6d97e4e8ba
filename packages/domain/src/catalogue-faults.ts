import { closestName } from './closest-name.ts'
import type { Operation } from './iam/needed-actions.ts'
import { policyFaults } from './iam/policy-faults.ts'
import { sessionPolicyFaults } from './iam/session-policy.ts'
import type { ActionNames } from './request-facts.ts'
import type { Tenant } from './tenant.ts'
import type { AnyTool } from './tool.ts'

/** What of a program a tenant has to agree with, wherever the program runs. */
export interface TenantCatalogue {
  readonly actions: ActionNames
  readonly tools: readonly (Operation & Pick<AnyTool, 'name'>)[]
  /** All else that uses AWS. */
  readonly resources: readonly Operation[]
}

/** Faults of a tenant's rules, each as `path: what is wrong`: names that AWS or the catalogue does not have, and what fits no session. */
export const catalogueFaults = (
  tenant: Tenant,
  { actions, tools, resources }: TenantCatalogue,
): readonly string[] => {
  const { policy } = tenant.permissions
  const names = tools.map(({ name }) => name)
  return [
    ...(policy ? policyFaults(policy, actions, 'permissions.policy') : []),
    ...unknownTools(tenant, names),
    ...sessionPolicyFaults(tenant, [...tools, ...resources]),
  ]
}

/** A rule about a tool that there is not would leave the one that was meant to the rules after it. */
const unknownTools = ({ confirmation }: Tenant, names: readonly string[]): readonly string[] =>
  confirmation.rules.flatMap(({ when }, r) =>
    (when.tools ?? []).flatMap((name, t) => {
      if (names.includes(name)) return []
      const near = closestName(name, names)
      const meant = near === undefined ? '' : ` Did you mean ${near}?`
      return [`confirmation.rules[${r}].when.tools[${t}]: is no tool of the gateway.${meant}`]
    }),
  )
