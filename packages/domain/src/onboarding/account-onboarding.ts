import type { PolicyDocument } from '../iam/policy-document.ts'
import type { Account, RoleName } from '../tenant.ts'

/** All that a customer needs to let the gateway into one account. */
export interface AccountOnboarding {
  readonly tenantId: string
  readonly account: Account
  /** IAM role of the gateway, which the trust policies name. */
  readonly gatewayPrincipalArn: string
  /** What each role may do: exactly what the tenant's tools need, and no `*` action. */
  readonly permissions: Partial<Record<RoleName, PolicyDocument>>
  /** CloudFormation template, JSON. */
  readonly cloudFormation: string
  /** The same for Terraform, HCL. */
  readonly terraform: string
  /** Console link that fills the stack in; absent where the operator publishes no templates. */
  readonly quickCreateUrl?: string
}
