import type { PolicyDocument } from '../iam/policy-document.ts'
import { pathAndName } from '../iam/role-arn.ts'
import type { Account, RoleName, Tenant } from '../tenant.ts'

/** What the templates of one account say, before it is written in a template language. */
export interface RoleTemplate {
  /** One line for whoever reads the template. */
  readonly description: string
  readonly gatewayPrincipalArn: string
  readonly externalIds: ExternalIds
  readonly permissionsBoundary: string | undefined
  readonly roles: readonly TemplateRole[]
}

/** The external id that the account's roles ask for, and the one that is about to replace it. */
export interface ExternalIds {
  readonly current: string
  readonly next?: string
}

export interface TemplateRole {
  readonly roleName: RoleName
  /** Name and path in IAM. */
  readonly name: string
  readonly path: string
  readonly description: string
  /** Seconds: the most that a role can have which itself assumes roles (IAM User Guide, "Role chaining"). */
  readonly maxSessionDuration: 3600
  readonly policyName: string
  readonly permissions: PolicyDocument
}

/** What the templates of an account say; undefined where it has no role. */
export const roleTemplate = (of: {
  readonly tenant: Tenant
  readonly account: Account
  readonly gatewayPrincipalArn: string
  readonly permissions: Partial<Record<RoleName, PolicyDocument>>
}): RoleTemplate | undefined => {
  const { tenant, account, gatewayPrincipalArn } = of
  const externalIds = externalIdsOf(account)
  if (!externalIds) return undefined
  const roles = (['read', 'write', 'admin'] as const).flatMap((roleName): TemplateRole[] => {
    const role = account.roles[roleName]
    const permissions = of.permissions[roleName]
    if (!role || !permissions) return []
    return [
      {
        roleName,
        ...pathAndName(role.roleArn),
        description: `Assumed by the MCP gateway for ${roleName} calls of tenant ${tenant.id}`,
        maxSessionDuration: 3600,
        policyName: `mcp-gateway-${roleName}`,
        permissions,
      },
    ]
  })
  const description = `Lets the MCP gateway into AWS account ${account.accountId} (${account.alias}) of ${tenant.name}`
  return {
    description: description.replaceAll(/[\p{C}\p{Z}]+/gu, ' '),
    gatewayPrincipalArn,
    externalIds,
    permissionsBoundary: tenant.permissions.permissionBoundary,
    roles,
  }
}

/** External ids of an account, whose roles share them; while they move on one by one, a role may be ahead. */
const externalIdsOf = (account: Account): ExternalIds | undefined => {
  const roles = Object.values(account.roles).filter((role) => role !== undefined)
  const changing = roles.find(({ nextExternalId }) => nextExternalId !== undefined)
  if (changing?.nextExternalId !== undefined)
    return { current: changing.externalId, next: changing.nextExternalId }
  const [first] = roles
  return first && { current: first.externalId }
}
