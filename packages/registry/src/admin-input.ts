import { faultOf, GatewayError, type RoleName, tenantSchema } from '@gateway/domain'
import { z } from 'zod'

const { shape } = tenantSchema
const account = shape.accounts.element.shape
const role = account.roles.unwrap().shape.read.unwrap().shape

/** External ids are made by us alone, so that no input has a name for one. */
const roleInput = z.strictObject({
  roleArn: role.roleArn
    .refine((arn) => /\/mcp-gateway-[^/]+$/.test(arn), 'the name of the role must start with mcp-gateway-')
    // IAM API, CreateRole: RoleName has at most 64 characters.
    .refine(
      (arn) => (arn.split('/').at(-1) ?? '').length <= 64,
      'the name of a role has at most 64 characters',
    )
    .optional(),
  groups: role.groups,
  scopes: role.scopes,
})

const rolesInput = z.strictObject({
  read: roleInput,
  write: roleInput.optional(),
  admin: roleInput.optional(),
})

const schemas = {
  create: z.strictObject({
    id: shape.id,
    name: shape.name,
    connections: shape.connections,
    permissions: shape.permissions,
    confirmation: shape.confirmation,
    costControl: shape.costControl,
    operations: shape.operations,
    limits: shape.limits,
    budget: shape.budget,
  }),
  update: z.strictObject({
    name: shape.name.optional(),
    connections: shape.connections.optional(),
    permissions: shape.permissions.optional(),
    // Null takes a block back to its defaults.
    confirmation: shape.confirmation.unwrap().nullish(),
    costControl: shape.costControl.unwrap().nullish(),
    operations: shape.operations.unwrap().nullish(),
    limits: shape.limits.unwrap().nullish(),
    budget: shape.budget.unwrap().nullish(),
  }),
  addAccount: z.strictObject({
    alias: account.alias,
    accountId: account.accountId,
    defaultRegion: account.defaultRegion,
    roles: rolesInput,
  }),
  updateAccount: z.strictObject({
    defaultRegion: account.defaultRegion.optional(),
    roles: rolesInput.optional(),
  }),
  page: z.strictObject({
    after: shape.id.optional(),
    limit: z.int().min(1).max(100).default(50),
  }),
}

type Schemas = typeof schemas
export type InputOf<Name extends keyof Schemas> = z.output<Schemas[Name]>
export type RolesInput = InputOf<'addAccount'>['roles']
export type RoleInput = NonNullable<RolesInput[RoleName]>

/** What was sent, checked; throws `bad_request` with every fault by its path. */
export const inputOf = <Name extends keyof Schemas>(name: Name, input: unknown): InputOf<Name> => {
  const parsed = schemas[name].safeParse(input)
  if (!parsed.success) throw badInput(parsed.error.issues.map(faultOf))
  if (name.startsWith('update') && Object.keys(parsed.data).length === 0) {
    throw badInput(['(root): names nothing to change'])
  }
  return parsed.data as InputOf<Name>
}

/** The refusal of an input with these faults. */
export const badInput = (issues: readonly string[]): GatewayError =>
  new GatewayError('bad_request', `The request cannot be used: ${issues.length} of its values are wrong.`, {
    details: { issues },
  })
