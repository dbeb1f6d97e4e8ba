import type { Seeded } from './seed.ts'

/** A call by which a caller of acme asks for what is not theirs. */
export interface Trespass {
  readonly what: string
  readonly tool: string
  readonly args: (accounts: { prod: Seeded; other: Seeded }) => Readonly<Record<string, unknown>>
  /** Code of the refusal. */
  readonly code: string
}

const list = 'aws_s3_list_objects'
const read = 'aws_s3_get_object'
const instances = 'aws_ec2_describe_instances'

const trespass = (what: string, code: string, tool: string, args: Trespass['args']): Trespass => ({
  what,
  code,
  tool,
  args,
})

const roleArn = 'arn:aws:iam::222222222222:role/mcp-gateway-read'

/** Members that no tool has; each alone must be enough for a refusal. */
const foreignMembers: readonly object[] = [
  { tenant: 'globex' },
  { tenant_id: 'globex' },
  { tenantId: 'globex' },
  { accountId: '222222222222' },
  { account_id: '222222222222' },
  { role_arn: roleArn },
  { roleArn },
  { RoleArn: roleArn, ExternalId: 'external-id-of-222222222222' },
  { externalId: 'external-id-of-222222222222' },
  { expectedBucketOwner: '222222222222' },
  { ExpectedBucketOwner: '222222222222' },
  { credentials: { accessKeyId: 'x', secretAccessKey: 'y' } },
  { profile: 'globex' },
  { endpoint: 'http://127.0.0.1:1' },
  { principal: { tenantId: 'globex' } },
  { grant: { tenant: { id: 'globex' } } },
  { _meta: { tenant: 'globex' } },
  { Account: 'main' },
]

/** Every way over the border that arguments can name. */
export const trespasses: readonly Trespass[] = [
  trespass('the bucket of the other', 'aws_error', list, ({ other }) => ({ bucket: other.bucket })),
  trespass('an object of the other', 'aws_error', read, ({ other }) => ({
    bucket: other.bucket,
    key: `${other.marker}-0`,
  })),
  trespass('an instance of the other', 'aws_error', instances, ({ other }) => ({
    instanceIds: [other.instanceId],
  })),
  trespass('the bucket of another own account', 'aws_error', list, ({ prod }) => ({
    account: 'dev',
    bucket: prod.bucket,
  })),
  trespass('the alias of the other', 'account_not_linked', list, ({ other }) => ({
    account: 'main',
    bucket: other.bucket,
  })),
  ...['222222222222', '111111111111', 'PROD', 'prod ', '', null, 0, ['prod', 'main'], { alias: 'main' }].map(
    (account) =>
      trespass(`the account ${JSON.stringify(account)}`, 'account_not_linked', instances, () => ({
        account,
      })),
  ),
  ...foreignMembers.map((members) =>
    trespass(
      `a member that no tool has: ${Object.keys(members)}`,
      'invalid_arguments',
      list,
      ({ other }) => ({
        ...members,
        bucket: other.bucket,
      }),
    ),
  ),
]
