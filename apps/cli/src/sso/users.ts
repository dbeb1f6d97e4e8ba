import type { Scope } from '@gateway/domain'

/** A pretend employee; every tenant of the sandbox has the same three. */
export interface SandboxUser {
  readonly id: string
  readonly scopes: readonly Scope[]
  readonly groups: readonly string[]
}

/** Least first. The groups are those that `deploy/local/tenants.yaml` maps to scopes and roles. */
export const sandboxUsers = [
  { id: 'reader', scopes: ['aws:read'], groups: ['aws-readers'] },
  { id: 'operator', scopes: ['aws:read', 'aws:write'], groups: ['aws-operators'] },
  { id: 'admin', scopes: ['aws:read', 'aws:write', 'aws:admin'], groups: ['aws-admins'] },
] as const satisfies readonly SandboxUser[]

/** The group whose members are operators of the gateway, and nothing else in it. */
export const operatorGroup = 'gateway-operators'

/** Who operates the gateway of the sandbox: no user of any tenant. */
export const operators: readonly SandboxUser[] = [{ id: 'operator', scopes: [], groups: [operatorGroup] }]
