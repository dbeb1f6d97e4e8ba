import type { PolicyRequest } from '@gateway/domain'

/** A policy of statements, and requests of which some are allowed, some denied and some neither. */
export interface PolicyLoad {
  readonly name: string
  readonly document: {
    readonly Version: '2012-10-17'
    readonly Statement: readonly TenantStatement[]
  }
  readonly requests: readonly PolicyRequest[]
}

export interface TenantStatement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

const services = ['s3', 'ec2', 'dynamodb', 'lambda', 'sqs', 'sns', 'rds', 'ecs', 'kms', 'logs']
const account = '111122223333'

/** A company of twenty teams in ten services: 200 statements, ten for each team. */
export const ofManyServices = (): PolicyLoad => ({
  name: '200 statements about 10 services',
  document: documentOf((n) => services[n % services.length] ?? ''),
  requests: services.flatMap((service) => requestsTo(service)),
})

/** The worst that an index by service can meet: 200 statements about one. */
export const ofOneService = (): PolicyLoad => ({
  name: '200 statements about one service',
  document: documentOf(() => 's3'),
  requests: requestsTo('s3'),
})

const documentOf = (serviceOf: (n: number) => string): PolicyLoad['document'] => ({
  Version: '2012-10-17',
  Statement: Array.from({ length: 200 }, (_, n) => statementOf(serviceOf(n), n)),
})

const statementOf = (service: string, n: number): TenantStatement => {
  const team = `team-${Math.floor(n / 10)}`
  const Resource = [`arn:aws:${service}:*:${account}:${team}/*`, `arn:aws:${service}:*:${account}:${team}`]
  switch (n % 4) {
    case 0:
      return {
        Effect: 'Allow',
        Action: [`${service}:Get*`, `${service}:List*`, `${service}:Describe*`],
        Resource,
      }
    case 1:
      return {
        Effect: 'Allow',
        Action: [`${service}:PutItem`, `${service}:UpdateItem`],
        Resource,
        Condition: { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
      }
    case 2:
      return {
        Effect: 'Deny',
        Action: [`${service}:*`],
        Resource,
        Condition: { StringNotLike: { 'aws:RequestedRegion': ['eu-*', 'us-east-1'] } },
      }
    default:
      return {
        Effect: 'Deny',
        Action: [`${service}:Delete*`],
        Resource,
        Condition: {
          StringLike: { 'aws:ResourceTag/stage': 'prod*' },
          Bool: { 'aws:ViaAWSService': 'false' },
        },
      }
  }
}

const context: Readonly<Record<string, readonly string[]>> = {
  'aws:resourcetag/team': ['blue'],
  'aws:principaltag/team': ['blue'],
  'aws:requestedregion': ['eu-west-1'],
  'aws:resourcetag/stage': ['production'],
  'aws:viaawsservice': ['false'],
}

const requestsTo = (service: string): PolicyRequest[] =>
  ['GetItem', 'PutItem', 'DeleteItem', 'TagItem'].flatMap((action) =>
    ['team-1/a', 'team-19/b/c', 'nobody/a'].map((name) => ({
      action: `${service}:${action}`,
      resource: `arn:aws:${service}:eu-west-1:${account}:${name}`,
      context: (key: string) => context[key] ?? [],
    })),
  )
