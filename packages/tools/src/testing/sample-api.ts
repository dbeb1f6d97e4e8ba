import { type ApiOperation, type AwsApi, redactSecrets } from '@gateway/domain'

type Kind = 'text' | 'number' | 'flag' | 'time' | 'bytes' | 'list' | 'object'

interface Sample extends ApiOperation {
  /** Members of the input. */
  readonly members: Readonly<Record<string, Kind>>
  readonly required?: readonly string[]
}

const op = (
  name: string,
  access: ApiOperation['access'],
  members: Readonly<Record<string, Kind>>,
  more: Partial<Sample> = {},
): Sample => {
  const [service = '', operation = ''] = name.split(':')
  return {
    service,
    operation,
    access,
    iamActions: [name],
    summary: `${operation} of ${service}.`,
    members,
    ...more,
  }
}

const token = (input: string, output = input) => ({ pager: { input, output } })

const samples: readonly Sample[] = [
  op(
    'ec2:DescribeInstances',
    'read',
    { InstanceIds: 'list', Filters: 'list', MaxResults: 'number', NextToken: 'text', DryRun: 'flag' },
    {
      ...token('NextToken'),
      dryRun: true,
      summary: 'Lists instances.',
    },
  ),
  op('ec2:DescribeSpotPriceHistory', 'read', { StartTime: 'time', NextToken: 'text' }, token('NextToken')),
  op(
    'ec2:GetPasswordData',
    'sensitive-read',
    { InstanceId: 'text' },
    { secret: true, required: ['InstanceId'] },
  ),
  op(
    'ec2:TerminateInstances',
    'destructive',
    { InstanceIds: 'list', DryRun: 'flag' },
    { dryRun: true, required: ['InstanceIds'] },
  ),
  op(
    'ec2:RunInstances',
    'permissions',
    {
      ImageId: 'text',
      InstanceType: 'text',
      MinCount: 'number',
      MaxCount: 'number',
      IamInstanceProfile: 'object',
      ClientToken: 'text',
      DryRun: 'flag',
    },
    {
      iamActions: ['ec2:RunInstances', 'iam:PassRole'],
      dryRun: true,
      idempotencyToken: 'ClientToken',
      passesRole: ['IamInstanceProfile.Arn', 'IamInstanceProfile.Name'],
      withoutRole: 'spend',
    },
  ),
  op(
    's3:ListObjectsV2',
    'read',
    { Bucket: 'text', Prefix: 'text', ContinuationToken: 'text' },
    {
      ...token('ContinuationToken', 'NextContinuationToken'),
      iamActions: ['s3:ListBucket'],
      required: ['Bucket'],
    },
  ),
  op(
    's3:PutBucketTagging',
    'write',
    { Bucket: 'text', Tagging: 'object' },
    { required: ['Bucket', 'Tagging'] },
  ),
  op('s3:PutBucketPolicy', 'permissions', { Bucket: 'text', Policy: 'text' }),
  op('ec2:AuthorizeSecurityGroupIngress', 'permissions', { GroupId: 'text', IpPermissions: 'list' }),
  op('ec2:ModifyInstanceAttribute', 'write', { InstanceId: 'text', UserData: 'object', Kernel: 'bytes' }),
  op('rds:ModifyDBInstance', 'write', {
    DBInstanceIdentifier: 'text',
    PubliclyAccessible: 'flag',
    MasterUserPassword: 'text',
  }),
  op('iam:CreateAccessKey', 'permissions', { UserName: 'text' }),
  op('iam:AttachRolePolicy', 'permissions', { RoleName: 'text', PolicyArn: 'text' }),
  op('iam:ListUsers', 'read', { Marker: 'text' }, token('Marker')),
  op('lambda:ListFunctions', 'read', { Marker: 'text', MaxItems: 'number' }, token('Marker', 'NextMarker')),
  op('kms:ListKeys', 'read', {}),
  op('sts:AssumeRole', 'sensitive-read', { RoleArn: 'text' }, { secret: true }),
]

const find = (service: string, operation: string): Sample | undefined =>
  samples.find((each) => each.service === service && each.operation === operation)

const isKind: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  flag: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  bytes: (value) => typeof value === 'string',
  list: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}

const issuesOf = (
  { members, required = [] }: Sample,
  params: Readonly<Record<string, unknown>>,
): readonly string[] => [
  ...required.filter((name) => !(name in params)).map((name) => `params.${name}: is required`),
  ...Object.entries(params).flatMap(([name, value]) => {
    const kind = Object.hasOwn(members, name) ? members[name] : undefined
    if (kind === undefined) return [`params.${name}: is unknown`]
    return isKind[kind](value) ? [] : [`params.${name}: must be a ${kind}`]
  }),
]

const coerced = (kind: Kind | undefined, value: unknown): unknown => {
  if (kind === 'time') return new Date(String(value))
  return kind === 'bytes' ? Buffer.from(String(value), 'base64') : value
}

const presented = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(presented)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([name, each]) => name !== '$metadata' && each !== undefined)
  return Object.fromEntries(
    entries.map(([name, each]) => [name, name === 'PasswordData' ? '[redacted]' : presented(each)]),
  )
}

/** A dozen operations as the index of all has them; it answers at once and asks nothing. */
export const sampleApi: AwsApi = {
  services: () =>
    [...new Set(samples.map(({ service }) => service))].map((service) => ({
      service,
      title: service.toUpperCase(),
      operations: samples.filter((each) => each.service === service).length,
    })),
  find,
  suggest: (service, operation) =>
    samples
      .filter((each) => each.service === service && each.operation.slice(0, 6) === operation.slice(0, 6))
      .map((each) => `${each.service}:${each.operation}`),
  search: (query, { services, limit = 20 } = {}) =>
    samples
      .filter(({ service }) => services?.includes(service) ?? true)
      .filter(({ operation }) => operation.toLowerCase().includes(query.toLowerCase()))
      .slice(0, limit),
  async schema(service, operation) {
    const { members = {}, required } = find(service, operation) ?? {}
    const types = {
      text: 'string',
      number: 'number',
      flag: 'boolean',
      time: 'string',
      bytes: 'string',
      list: 'array',
      object: 'object',
    }
    const properties = Object.fromEntries(
      Object.entries(members).map(([name, kind]) => [name, { type: types[kind] }]),
    )
    return { type: 'object', properties, ...(required && { required }), additionalProperties: false }
  },
  async prepare(service, operation, params) {
    const sample = find(service, operation)
    if (!sample || !isKind.object(params)) return { issues: ['params: must be an object'] }
    const given = params as Readonly<Record<string, unknown>>
    const issues = issuesOf(sample, given)
    if (issues.length > 0) return { issues }
    const entries = Object.entries(given).map(([name, value]) => [name, coerced(sample.members[name], value)])
    return { input: Object.fromEntries(entries) as object }
  },
  presentInput: async (_service, _operation, input) =>
    Object.fromEntries(
      Object.entries(redactSecrets(input) as object).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? { bytes: value.length } : presented(value),
      ]),
    ),
  present: async (_service, _operation, output) => presented(output),
}
