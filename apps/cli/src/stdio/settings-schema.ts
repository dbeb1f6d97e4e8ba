import { tenantSchema } from '@gateway/domain'
import { z } from 'zod'

// What a value may be is said once, by the schema of a tenant; only the defaults of one person differ.
const tenant = tenantSchema.shape
const permissions = tenant.permissions.shape
const operations = tenant.operations.unwrap().shape
export const regionSchema = permissions.allowedRegions.element
const role = tenant.accounts.element.shape.roles.unwrap().shape.read.unwrap().shape

const assumeRole = z.strictObject({
  roleArn: role.roleArn,
  sessionName: z
    .string()
    .regex(/^[\w+=,.@-]{2,64}$/, 'must be 2-64 of letters, digits and +=,.@-_')
    .default('aws-mcp'),
  durationSeconds: z.int().min(900).max(43_200).default(3600),
  externalId: role.externalId.optional(),
})

/** Document of `aws-config.json`, and of what the environment and the command line put over it. */
export const settingsSchema = z.strictObject({
  authentication: z
    .strictObject({
      /** Absent means what the AWS SDK finds by itself: keys of the environment first, then the default profile. */
      profile: z.string().min(1).optional(),
      /** Absent means that of the profile. */
      region: regionSchema.optional(),
      assumeRole: assumeRole.optional(),
    })
    .prefault({}),
  permissions: z
    .strictObject({
      /** Absent means those that the tools use. */
      allowedServices: permissions.allowedServices.optional(),
      /** Absent means the region alone. */
      allowedRegions: permissions.allowedRegions.optional(),
      readOnlyMode: z.boolean().default(true),
      packs: permissions.packs,
      secretReads: permissions.secretReads,
      /** Absent means that no role is passed to a service. */
      passRoles: permissions.passRoles,
      /** Both narrow the sessions of an assumed role, and cannot be enforced without one. */
      permissionBoundary: permissions.permissionBoundary,
      policy: permissions.policy,
    })
    .prefault({}),
  operations: z
    .strictObject({
      /** Calls that run at once; further ones wait. */
      maxConcurrency: z.int().min(1).max(100).default(10),
      timeout: operations.timeout,
      retryCount: operations.retryCount,
      /** Table of list prices; absent means the one of the program. */
      priceTableFile: z.string().min(1).optional(),
      logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    })
    .prefault({}),
})

export type Settings = z.infer<typeof settingsSchema>
