import { ConfigurationError, type Operation, sessionPolicyFaults, type Tenant } from '@gateway/domain'

/** Throws `ConfigurationError` where what narrows the sessions of an assumed role does not fit into a request. */
export const checkSessions = (tenant: Tenant, operations: readonly Operation[]): void => {
  const faults = sessionPolicyFaults(tenant, operations)
  if (faults.length > 0) throw new ConfigurationError('The configuration', faults)
}
