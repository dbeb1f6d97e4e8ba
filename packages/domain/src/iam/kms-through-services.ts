import type { RoleName } from '../tenant.ts'
import type { Statement } from './policy-document.ts'

/**
 * What a session may do with keys of AWS KMS, though no call asks for it: only through a service that the session uses, so
 * that what is encrypted with a customer managed key can be read, written and started where the role allows it (KMS Developer
 * Guide, "kms:ViaService", "Using grants": kms:GrantIsForAWSResource). Not verified against AWS itself.
 */
export const kmsThroughServices = (
  roleName: RoleName,
  actions: readonly string[],
): {
  readonly allow: readonly Statement[]
  readonly deny: readonly Statement[]
  readonly actions: readonly string[]
} => {
  const services = usersOfKeys.filter(({ role, by, service }) =>
    role === 'read' || roleName !== 'read'
      ? actions.some((action) => by.test(action) || action === `${service}:*`)
      : false,
  )
  if (services.length === 0) return { allow: [], deny: [], actions: [] }
  const hosts = services.map(({ service }) => `${service}.*.amazonaws.com*`)
  const via = { 'kms:ViaService': hosts.length === 1 && hosts[0] !== undefined ? hosts[0] : hosts }
  const Condition = { StringLike: via }
  const used = roleName === 'read' ? ['kms:Decrypt'] : writing
  const allow: Statement[] = [{ Effect: 'Allow', Action: used, Resource: '*', Condition }]
  if (roleName !== 'read')
    allow.push({
      Effect: 'Allow',
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: { ...Condition, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    })
  const all = [...used, ...(roleName === 'read' ? [] : ['kms:CreateGrant'])]
  // What the call itself asks of KMS is not for this to refuse.
  const held = all.filter((action) => !actions.includes(action))
  const deny: Statement[] =
    held.length > 0
      ? [{ Effect: 'Deny', Action: held, Resource: '*', Condition: { StringNotLike: via } }]
      : []
  return { allow, deny, actions: all }
}

const writing = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey*', 'kms:ReEncrypt*']

/** Services that use a key in the caller's name, and the actions for which they do. */
const usersOfKeys: readonly {
  readonly service: string
  readonly by: RegExp
  /** The least role whose calls make it use one. */
  readonly role: RoleName
}[] = [
  { service: 'dynamodb', by: /^dynamodb:(?!List|Describe)/, role: 'read' },
  { service: 'ec2', by: /^ec2:(Run|Start|Create|Copy|Attach)/, role: 'write' },
  { service: 'kinesis', by: /^kinesis:(Get|Put)Record/, role: 'read' },
  { service: 'lambda', by: /^lambda:(Create|Invoke|Update)/, role: 'write' },
  { service: 'rds', by: /^rds:(Copy|Create|Modify|Restore|Start)/, role: 'write' },
  { service: 's3', by: /^s3:(\*|(Get|Put)Object)/, role: 'read' },
  { service: 'secretsmanager', by: /^secretsmanager:(?!List|Describe)/, role: 'read' },
  { service: 'sns', by: /^sns:Publish/, role: 'write' },
  { service: 'sqs', by: /^sqs:(Receive|Send)Message/, role: 'read' },
  { service: 'ssm', by: /^ssm:(Get|Put)Parameter/, role: 'read' },
]
