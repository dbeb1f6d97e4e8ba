import { sessionPolicyFaults, type Tenant } from '@gateway/domain'
import { resources, tools } from '@gateway/tools'
import { isLoopback } from './config.ts'

/**
 * Faults that a tenant has on a gateway which listens at `host`, each as `path: what is wrong`, whichever source it comes
 * from and whenever it does.
 */
export const tenantCheckOf =
  (host: string) =>
  (tenant: Tenant): readonly string[] => [
    ...(tenant.authentication && !isLoopback(host)
      ? [
          "authentication.profile: uses the operator's own AWS profile and so is refused unless HOST is loopback",
        ]
      : []),
    ...sessionPolicyFaults(tenant, operations),
  ]

/** All of the catalogue that uses AWS. */
export const operations = [...tools, ...resources]
