import {
  type ActionNames,
  ConfigurationError,
  type Operation,
  policyFaults,
  sessionPolicyFaults,
  type Tenant,
} from '@gateway/domain'

/** Throws `ConfigurationError` where what narrows the sessions of an assumed role does not fit into a request. */
export const checkSessions = (tenant: Tenant, operations: readonly Operation[]): void => {
  const faults = sessionPolicyFaults(tenant, operations)
  if (faults.length > 0) throw new ConfigurationError('The configuration', faults)
}

/** Throws `ConfigurationError` where the policy names what AWS does not have. */
export const checkPolicy = ({ permissions: { policy } }: Tenant, names: ActionNames): void => {
  const faults = policy ? policyFaults(policy, names, 'permissions.policy') : []
  if (faults.length > 0) throw new ConfigurationError('The configuration', faults)
}
