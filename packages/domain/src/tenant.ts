import { z } from 'zod'
import { confirmation } from './confirmation-rules.ts'
import { connection } from './connection.ts'
import { costControl } from './cost-control.ts'
import { policyDocument } from './iam/policy-document.ts'
import { scopes } from './principal.ts'
import { machineClient, preRegisteredClient } from './tenant-clients.ts'
import { packs } from './tool.ts'

/** A number would have lost its leading zeros. */
const wrongAccountId = 'must be the 12 digits of an AWS account id, as text (in YAML: in quotes)'
const accountId = z.string({ error: wrongAccountId }).regex(/^\d{12}$/, wrongAccountId)
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-west-1')
const alias = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1-32 of a-z, 0-9 and -')
const scope = z.enum(scopes)

/** STS API, AssumeRole: 2-1,224 characters. */
const externalId = z
  .string()
  .regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be 2-1224 of letters, digits and +=,.@:/-_')

const role = z.strictObject({
  roleArn: z
    .string()
    .regex(/^arn:aws(-cn|-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'must be the ARN of an IAM role'),
  externalId,
  /** The id that is about to replace `externalId`: the trust policy has both until it is verified. */
  nextExternalId: externalId.optional(),
  /** Groups that get this role; absent means everybody whose scope allows its use. */
  groups: z.array(z.string().min(1)).min(1).optional(),
  /** Scopes of which the caller needs one beside that of the role itself, for accounts that fewer people may use. */
  scopes: z.array(scope).min(1).optional(),
})

const account = z.strictObject({
  alias,
  accountId,
  defaultRegion: region,
  roles: z
    .strictObject({ read: role.optional(), write: role.optional(), admin: role.optional() })
    .default({}),
})

const rate = (perMinute: number, burst: number) =>
  z
    .strictObject({ perMinute: z.int().min(1).max(1_000_000), burst: z.int().min(1).max(100_000) })
    .default({ perMinute, burst })

const ownRate = z.strictObject({
  perMinute: z.int().min(1).max(1_000_000),
  burst: z.int().min(1).max(100_000),
})

/** One customer, as the tenants file says it. */
export const tenantSchema = z.strictObject({
  id: alias,
  name: z.string().min(1).max(200),
  status: z.enum(['active', 'suspended']).default('active'),
  connections: z.array(connection).min(1),
  /** Programs that get tokens for themselves. */
  machineClients: z.array(machineClient).max(50).optional(),
  /** Hosts whose client id is entered by hand. */
  preRegisteredClients: z.array(preRegisteredClient).max(50).optional(),
  /**
   * Single-user block: calls run with this profile of the operator's own AWS configuration, or without a profile with
   * what the SDK's default chain finds.
   */
  authentication: z.strictObject({ profile: z.string().min(1).optional() }).optional(),
  accounts: z.array(account).min(1),
  permissions: z.strictObject({
    allowedServices: z
      .array(z.string().regex(/^[a-z0-9-]+$/, 'must be an IAM service prefix such as ec2'))
      .min(1),
    allowedRegions: z.array(region).min(1),
    readOnlyMode: z.boolean().default(false),
    /** Groups of tools that there are for the tenant, beside those of no group; absent means all. */
    packs: z.array(z.enum(packs)).optional(),
    /** IAM actions of reads whose answers hold secrets, such as `secretsmanager:GetSecretValue`; no others are allowed. */
    secretReads: z
      .array(z.string().regex(/^[a-z0-9-]+:[A-Za-z0-9]+$/, 'must be an IAM action such as ssm:GetParameter'))
      .max(100)
      .optional(),
    /** An IAM managed policy that bounds every session: sent to STS with each AssumeRole (`PolicyArns`). */
    permissionBoundary: z
      .string()
      .regex(/^arn:aws(-cn|-us-gov)?:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/, {
        error: 'must be the ARN of an IAM managed policy',
      })
      .optional(),
    /**
     * ARNs of roles and instance profiles that a call may pass to a service (`iam:PassRole`), with `*` and `?` as in IAM; absent
     * means none.
     */
    passRoles: z
      .array(
        z
          .string()
          .regex(
            /^arn:aws(-cn|-us-gov)?:iam::(\d{12}|\*):(role|instance-profile)\/[\w+=,.@/*?-]{1,512}$/,
            'must be the ARN of a role or an instance profile, such as arn:aws:iam::111122223333:role/app-*',
          ),
      )
      .max(50)
      .optional(),
    /** An IAM identity policy that narrows every session: sent to STS as the session policy. */
    policy: policyDocument.optional(),
  }),
  /** Who must agree to calls that destroy, spend or grant. */
  confirmation,
  /** Limits on what calls may start, whatever it costs. */
  costControl: costControl.default({}),
  operations: z
    .strictObject({
      /** Calls of the tenant that use AWS at the same time, on all replicas together. */
      maxConcurrency: z.int().min(1).max(200).default(50),
      /** The same of one user. */
      maxConcurrencyPerUser: z.int().min(1).max(200).default(10),
      /** Milliseconds that one tool call may take, AWS retries included. */
      timeout: z.int().min(100).max(300_000).default(30_000),
      /** Retries of one AWS request after its first attempt. */
      retryCount: z.int().min(0).max(10).default(2),
      /** Milliseconds that a call may take which its client follows as a task. */
      taskTimeout: z.int().min(100).max(3_600_000).default(900_000),
    })
    .default({
      maxConcurrency: 50,
      maxConcurrencyPerUser: 10,
      timeout: 30_000,
      retryCount: 2,
      taskTimeout: 900_000,
    }),
  limits: z
    .strictObject({
      tenant: rate(600, 120),
      user: rate(120, 30),
      /** Calls of one tool by one user, by the class of the tool; absent means a share of `user`. */
      tools: z
        .strictObject({
          read: ownRate.optional(),
          sensitiveRead: ownRate.optional(),
          write: ownRate.optional(),
          destructive: ownRate.optional(),
          spend: ownRate.optional(),
          permissions: ownRate.optional(),
        })
        .default({}),
      /** Open event streams on one replica. */
      streams: z
        .strictObject({
          tenant: z.int().min(1).max(100_000).default(1024),
          user: z.int().min(1).max(10_000).default(10),
        })
        .default({ tenant: 1024, user: 10 }),
      /** Requests to AWS services, by IAM prefix, for each account, region and read or write; others have defaults. */
      aws: z.record(z.string().regex(/^[a-z0-9-]+$/), ownRate).default({}),
    })
    .default({
      tenant: { perMinute: 600, burst: 120 },
      user: { perMinute: 120, burst: 30 },
      tools: {},
      streams: { tenant: 1024, user: 10 },
      aws: {},
    }),
  /** What the tenant may spend by its calls in a day (UTC); absent means that it is not counted. */
  budget: z.strictObject({ dailyUsd: z.number().min(0).max(1_000_000) }).optional(),
})

type TenantDocument = z.infer<typeof tenantSchema>
type AccountDocument = TenantDocument['accounts'][number]

/** Whether a text may be the id of a tenant. */
export const isTenantId = (text: string): boolean => tenantSchema.shape.id.safeParse(text).success

/** One customer, as it is in force. */
export type Tenant = Omit<TenantDocument, 'accounts'> & { accounts: Account[] }
export type Account = Omit<AccountDocument, 'roles'> & { roles: { [Name in RoleName]?: Role | undefined } }
/** A role as it is in force; `blocked` says why it may not be used, and what to do about it. */
export type Role = z.infer<typeof role> & { readonly blocked?: string }
export type RoleName = keyof AccountDocument['roles']
