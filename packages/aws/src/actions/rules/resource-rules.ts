import { isPlainArn, isPlainId } from '../arn-template.ts'
import {
  type AskedAction,
  anyResource,
  arnIn,
  type CheckedResource,
  type ResourceRule,
} from '../asked-action.ts'
import { genericResources } from '../generic-resources.ts'
import { textsAt, valuesAt } from '../input-texts.ts'
import { ecsResources } from './container-resources.ts'
import { dynamodbResources } from './dynamodb-resources.ts'
import { ec2Resources } from './ec2-resources.ts'
import { iamResources } from './iam-resources.ts'
import { kmsResources, secretResources } from './key-and-secret-resources.ts'
import { lambdaResources } from './lambda-resources.ts'
import { logsResources } from './logs-resources.ts'
import { ssmResources } from './parameter-resources.ts'
import { snsResources, sqsResources } from './queue-and-topic-resources.ts'
import { s3Resources } from './s3-resources.ts'
import { stackResources } from './stack-resources.ts'

/**
 * Narrower than all, DescribeAlarms would hide composite alarms (CloudWatch API Reference), and metrics are of no resource where a
 * request names no data set.
 */
const cloudwatchResources: ResourceRule = ({ request, texts }) =>
  /^Describe(Alarms|AlarmHistory|AlarmsForMetric)$/.test(request.operation) ||
  (/^(GetMetric(Data|Statistics)|ListMetrics|PutMetricData)$/.test(request.operation) &&
    !texts.some(({ value }) => value.includes(':dataset/')))
    ? [{ arn: '*' }]
    : undefined

/** Without the ARN of a view a request is about the account's own bill. */
const costResources: ResourceRule = ({ types, texts }) =>
  types.every(({ type }) => type === 'billingview') && !texts.some(({ value }) => value.startsWith('arn:'))
    ? [{ arn: '*' }]
    : undefined

/** Rules of a bus, by name or ARN, or of that which is called `default`. */
const eventResources: ResourceRule = (asked) => {
  const { request, place, types } = asked
  if (request.operation === 'PutEvents') return busesOf(asked)
  if (!types.some(({ type }) => type === 'rule-on-default-event-bus')) return undefined
  const named = ['Rule', ...(/Rule$/.test(request.operation) ? ['Name'] : [])].flatMap((path) =>
    textsAt(request.input, path),
  )
  if (named.length === 0) return undefined
  const [bus = 'default'] = textsAt(request.input, 'EventBusName').map((text) =>
    text.replace(/^arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\//, ''),
  )
  const arn = arnIn('events', place)
  // A bus of a partner has slashes in its name, and one of another account an ARN of its own.
  const isOwn = textsAt(request.input, 'EventBusName').every(
    (text) => isPlainId(text) || text.startsWith(arn('event-bus/')),
  )
  return named.map((name) => {
    if (!isOwn || !isPlainId(name) || !isPlainId(bus)) return anyResource
    return {
      type: bus === 'default' ? 'rule-on-default-event-bus' : 'rule-on-custom-event-bus',
      arn: arn(bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`),
    }
  })
}

/** The bus of each event; through an endpoint it is that of a region which only the endpoint knows. */
const busesOf = ({ request: { input }, place }: AskedAction): readonly CheckedResource[] => {
  const arn = arnIn('events', place)
  const buses = valuesAt(input, 'Entries').map((entry): CheckedResource => {
    const [bus = 'default'] = textsAt(entry, 'EventBusName')
    const isArn = isPlainArn(bus) && /^arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\/[\w./-]+$/.test(bus)
    const isName = bus.split('/').every(isPlainId)
    return isArn || isName ? { type: 'event-bus', arn: isArn ? bus : arn(`event-bus/${bus}`) } : anyResource
  })
  return buses.length === 0 || valuesAt(input, 'EndpointId').length > 0 ? [...buses, anyResource] : buses
}

/** What a request makes, whose ARNs have an id after the name. */
const loadBalancerResources: ResourceRule = ({ request, place, isOwn }) => {
  const { input, operation } = request
  if (!isOwn) return undefined
  const [kind = 'application'] = textsAt(input, 'Type')
  const made = new Map([
    ['CreateLoadBalancer', `loadbalancer/${kind === 'gateway' ? 'gwy' : kind === 'network' ? 'net' : 'app'}`],
    ['CreateTargetGroup', 'targetgroup'],
    ['CreateTrustStore', 'truststore'],
  ]).get(operation)
  if (made === undefined) return undefined
  const type = operation === 'CreateLoadBalancer' ? `${made}/` : made
  return textsAt(input, 'Name').map((name) =>
    isPlainId(name) ? { type, arn: arnIn('elasticloadbalancing', place)(`${made}/${name}/*`) } : anyResource,
  )
}

/** A cluster that goes without a last snapshot makes none. */
const rdsResources: ResourceRule = (asked) => {
  const { request, types } = asked
  if (request.operation !== 'DeleteDBCluster' || !valuesAt(request.input, 'SkipFinalSnapshot').includes(true))
    return undefined
  return genericResources({ ...asked, types: types.filter(({ type }) => type !== 'cluster-snapshot') })
}

/** Paths of the API that an operation stands for are not in its input. */
const apiGatewayResources: ResourceRule = () => [anyResource]

/** Budgets, by name; what describes those of an account is of all. */
const budgetResources: ResourceRule = ({ request, place, types }) => {
  const names = ['BudgetName', 'Budget.BudgetName'].flatMap((path) => textsAt(request.input, path))
  if (!types.some(({ type }) => type === 'budget')) return undefined
  const arn = arnIn('budgets', { ...place, region: '' })
  if (names.length === 0)
    return /^DescribeBudget(s|NotificationsForAccount)$/.test(request.operation)
      ? [{ type: 'budget', arn: arn('budget/*') }]
      : undefined
  return names.map((name) =>
    /^[^:*?$\\/]{1,100}$/.test(name) ? { type: 'budget', arn: arn(`budget/${name}`) } : anyResource,
  )
}

/** Route 53 gives ids with their path, and takes them so (Route 53 API Reference). */
const route53Resources: ResourceRule = ({ request, place, types }) => {
  if (!types.some(({ type }) => type === 'hostedzone')) return undefined
  const ids = ['HostedZoneId', 'Id', 'ResourceId', 'ResourceIds.*'].flatMap((path) =>
    textsAt(request.input, path),
  )
  if (ids.length === 0) return undefined
  // Tags are also of health checks.
  const [type = 'hostedzone'] = textsAt(request.input, 'ResourceType')
  return ids.map((id) => {
    const plain = id.replace(/^\/?hostedzone\//, '')
    return isPlainId(plain) && /^(healthcheck|hostedzone)$/.test(type)
      ? { type, arn: `arn:${place.partition}:route53:::${type}/${plain}` }
      : anyResource
  })
}

/** Groups, whose ARNs have an id before their name. */
const autoscalingResources: ResourceRule = ({ request, place, types }) => {
  if (!types.some(({ type }) => type === 'autoScalingGroup')) return undefined
  const names = ['AutoScalingGroupName', 'AutoScalingGroupNames.*'].flatMap((path) =>
    textsAt(request.input, path),
  )
  if (names.length === 0) return [anyResource]
  const arn = arnIn('autoscaling', place)
  const isNew = request.operation === 'CreateAutoScalingGroup'
  return names.map((name) => {
    if (!isPlainId(name)) return anyResource
    const open = arn(`autoScalingGroup:*:autoScalingGroupName/${name}`)
    return { type: 'autoScalingGroup', arn: isNew ? open : undefined, within: open }
  })
}

/** A snapshot's ARN has the cluster that it was taken of, which other members name than that of the request. */
const redshiftResources: ResourceRule = (asked) =>
  asked.request.operation === 'CreateClusterSnapshot'
    ? undefined
    : genericResources(asked).map((found) =>
        found.type === 'snapshot'
          ? { type: 'snapshot', arn: undefined, within: arnIn('redshift', asked.place)('snapshot:*') }
          : found,
      )

/** Rules of a service by its IAM prefix, where the general one does not do. */
export const resourceRules: ReadonlyMap<string, ResourceRule> = new Map([
  ['apigateway', apiGatewayResources],
  ['autoscaling', autoscalingResources],
  ['budgets', budgetResources],
  ['ce', costResources],
  ['cloudformation', stackResources],
  ['cloudwatch', cloudwatchResources],
  ['dynamodb', dynamodbResources],
  ['ec2', ec2Resources],
  ['ecs', ecsResources],
  ['elasticloadbalancing', loadBalancerResources],
  ['events', eventResources],
  ['iam', iamResources],
  ['kms', kmsResources],
  ['lambda', lambdaResources],
  ['logs', logsResources],
  ['rds', rdsResources],
  ['redshift', redshiftResources],
  ['route53', route53Resources],
  ['s3', s3Resources],
  ['secretsmanager', secretResources],
  ['sns', snsResources],
  ['sqs', sqsResources],
  ['ssm', ssmResources],
])
