import { GatewayError } from '../errors.ts'
import type { Operation } from '../iam/needed-actions.ts'
import type { PolicyDocument } from '../iam/policy-document.ts'
import { rolePermissions } from '../iam/role-permissions.ts'
import type { Account, RoleName, Tenant } from '../tenant.ts'
import type { AccountOnboarding } from './account-onboarding.ts'
import { cloudFormationOf } from './cloudformation.ts'
import { quickCreateUrl } from './quick-create-url.ts'
import { roleTemplate } from './role-template.ts'
import { terraformOf } from './terraform.ts'

/**
 * All that a customer needs to let the gateway into an account, made from the operations of the catalogue. Without
 * `templateBaseUrl` (https, of an S3 bucket) there is no console link. Throws `conflict` where the account has no role, or a
 * role would need more than IAM takes.
 */
export const onboardingOf = (of: {
  readonly tenant: Tenant
  readonly account: Account
  readonly operations: readonly Operation[]
  readonly gatewayPrincipalArn: string
  readonly templateBaseUrl?: string
}): AccountOnboarding => {
  const { tenant, account, operations, gatewayPrincipalArn, templateBaseUrl } = of
  const permissions: Partial<Record<RoleName, PolicyDocument>> = {}
  for (const roleName of ['read', 'write', 'admin'] as const)
    if (account.roles[roleName])
      permissions[roleName] = fitting(rolePermissions({ tenant, account, roleName, operations }), roleName)
  const template = roleTemplate({ tenant, account, gatewayPrincipalArn, permissions })
  if (!template)
    throw new GatewayError(
      'conflict',
      `Account ${account.alias} has no role: add one before it is onboarded.`,
    )
  return {
    tenantId: tenant.id,
    account,
    gatewayPrincipalArn,
    permissions,
    cloudFormation: cloudFormationOf(template),
    terraform: terraformOf(template),
    ...(templateBaseUrl !== undefined && {
      quickCreateUrl: quickCreateUrl({ tenant, account, templateBaseUrl }),
    }),
  }
}

/** IAM User Guide, "IAM and AWS STS quotas": characters of a role's inline policies, without white space. */
const mostCharacters = 10_240

const fitting = (document: PolicyDocument, roleName: RoleName): PolicyDocument => {
  const { length } = JSON.stringify(document)
  if (length <= mostCharacters) return document
  throw new GatewayError(
    'conflict',
    `The permissions of the ${roleName} role take ${length} characters, and IAM takes ${mostCharacters} in a role: allow the tenant fewer services.`,
  )
}
