import { GatewayError, trustPolicy } from '@gateway/domain'
import type { OwnerSession } from './owner-session.ts'
import { gatewayPrincipalArn, readPolicy, writePolicy } from './role-policies.ts'

/** Makes the roles that the tenants file names, as the customer's CloudFormation stack would. */
export const makeGatewayRoles = async ({ account, send }: OwnerSession): Promise<void> => {
  for (const [name, role] of Object.entries(account.roles)) {
    if (!role) continue
    const RoleName = roleNameOf(role.roleArn)
    await send('iam', 'CreateRole', {
      RoleName,
      Description: `Assumed by the MCP gateway for calls of class ${name}`,
      MaxSessionDuration: 3600,
      AssumeRolePolicyDocument: JSON.stringify(
        trustPolicy({ gatewayPrincipalArn, externalIds: [role.externalId] }),
      ),
    })
    await send('iam', 'PutRolePolicy', {
      RoleName,
      PolicyName: `mcp-gateway-${name}`,
      PolicyDocument: JSON.stringify(name === 'read' ? readPolicy : writePolicy),
    })
  }
}

/** Whether `makeGatewayRoles` has run in this account; it runs last, so then all else is there too. */
export const hasGatewayRoles = async ({ account, send }: OwnerSession): Promise<boolean> => {
  for (const role of Object.values(account.roles)) {
    if (!role) continue
    try {
      await send('iam', 'GetRole', { RoleName: roleNameOf(role.roleArn) })
    } catch (thrown) {
      if (thrown instanceof GatewayError && thrown.details.aws?.code.startsWith('NoSuchEntity')) return false
      throw thrown
    }
  }
  return true
}

/** The name at the end of a role's ARN, whose path may have several segments. */
const roleNameOf = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf('/') + 1)
