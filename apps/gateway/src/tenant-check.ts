import { tenantClientFaults } from '@gateway/authorization'
import { type ActionNames, catalogueFaults, type Tenant } from '@gateway/domain'
import { resources, tools } from '@gateway/tools'
import { type AdminConfig, adminAudience } from './admin/admin-config.ts'
import type { AuthorizationConfig } from './authorization-config.ts'
import { isLoopback } from './is-loopback.ts'

/** What of a gateway keeps a tenant from being served by it. */
export interface CheckedAgainst {
  readonly host: string
  readonly publicUrl?: string | undefined
  readonly admin?: Pick<AdminConfig, 'issuer'> | undefined
  readonly authorization?: Pick<AuthorizationConfig, 'issuer'> | undefined
}

/**
 * Faults that a tenant has on this gateway, each as `path: what is wrong`, whichever source it comes from and whenever it
 * does.
 */
export const tenantCheckOf =
  ({ host, publicUrl, admin, authorization }: CheckedAgainst, actions: ActionNames) =>
  (tenant: Tenant): readonly string[] => [
    ...(tenant.authentication && !isLoopback(host)
      ? [
          "authentication.profile: uses the operator's own AWS profile and so is refused unless HOST is loopback",
        ]
      : []),
    // Tokens of operators and of users are never to be good for one another.
    ...tenant.connections.flatMap(({ issuer, allowedAudiences = [] }, c) => [
      ...(issuer === admin?.issuer
        ? [`connections[${c}].issuer: is that of the gateway's operators (ADMIN_ISSUER)`]
        : []),
      // Its tokens name their tenant themselves.
      ...(issuer === authorization?.issuer
        ? [`connections[${c}].issuer: is that of the gateway's own authorization server (AUTHORIZATION_URL)`]
        : []),
      ...allowedAudiences.flatMap((audience, a) =>
        publicUrl !== undefined && audience === adminAudience(publicUrl)
          ? [`connections[${c}].allowedAudiences[${a}]: is that of the admin API`]
          : [],
      ),
    ]),
    ...tenantClientFaults(tenant),
    ...catalogueFaults(tenant, { actions, tools, resources }),
  ]

/** All of the catalogue that uses AWS. */
export const operations = [...tools, ...resources]
