import type { Scope } from '@gateway/domain'

/** A pretend employee; every tenant of the sandbox has the same three. */
export interface SandboxUser {
  readonly id: string
  /** As the company calls them. */
  readonly name: string
  /** What they may do, as the sign-in page says it. */
  readonly may: string
  readonly scopes: readonly Scope[]
  readonly groups: readonly string[]
}

/** Least first. The groups are those that `deploy/local/tenants.yaml` maps to scopes and roles. */
export const sandboxUsers = [
  {
    id: 'reader',
    name: 'Reader',
    may: 'Looks at resources and changes nothing',
    scopes: ['aws:read'],
    groups: ['aws-readers'],
  },
  {
    id: 'operator',
    name: 'Operator',
    may: 'Looks at resources and changes them',
    scopes: ['aws:read', 'aws:write'],
    groups: ['aws-operators'],
  },
  {
    id: 'admin',
    name: 'Admin',
    may: 'Looks at resources, changes them, and does what is for administrators only',
    scopes: ['aws:read', 'aws:write', 'aws:admin'],
    groups: ['aws-admins'],
  },
] as const satisfies readonly SandboxUser[]

/** The group whose members are operators of the gateway, and nothing else in it. */
export const operatorGroup = 'gateway-operators'

/** Who operates the gateway of the sandbox: no user of any tenant. */
export const operators: readonly SandboxUser[] = [
  {
    id: 'operator',
    name: 'Gateway operator',
    may: 'Lets companies in',
    scopes: [],
    groups: [operatorGroup],
  },
]

/** The e-mail address of a user, by whose domain people find their company. */
export const emailOf = (tenantId: string, { id }: SandboxUser): string => `${id}@${tenantId}.example`
