import { type Assessor, nothing, refusedFor } from './assessment.ts'
import { estimateOf, unpriced } from './charges.ts'
import { listOf, type Members, membersOf, recordOf, textOf } from './input-values.ts'
import { limitsInstances } from './launching-otherwise.ts'

/** Of what costs only with some members of its input, and then nobody knows how much. */
const billedWhere = (billed: (members: Members) => boolean, what: string): Assessor => ({
  reads: () => [],
  async assess({ request }, prices) {
    if (!billed(membersOf(request))) return nothing
    return { faults: [], estimate: estimateOf([unpriced(what)], prices) }
  },
})

/** ACM RequestCertificate: public ones are free. */
export const certificateRequest = billedWhere(
  ({ CertificateAuthorityArn, Options }) =>
    CertificateAuthorityArn !== undefined || (recordOf(Options).Export ?? 'DISABLED') !== 'DISABLED',
  'a certificate that is private or can be exported',
)

/** API Gateway CreateStage and CreateDeployment. */
export const apiStage = billedWhere(
  ({ cacheClusterEnabled = false, cacheClusterSize }) =>
    cacheClusterEnabled !== false || cacheClusterSize !== undefined,
  'a cache of an API',
)

/** API Gateway UpdateStage. */
export const apiStageChange = billedWhere(
  ({ patchOperations }) =>
    listOf(patchOperations).some((each) => /cacheCluster/i.test(String(recordOf(each).path))),
  'a cache of an API',
)

const freeOfTable = new Set([
  ...['AttributeDefinitions', 'DeletionProtectionEnabled', 'OnDemandThroughput', 'SSESpecification'],
  ...['StreamSpecification', 'TableName'],
])

/** DynamoDB UpdateTable. */
export const tableChange = billedWhere(
  (members) =>
    Object.entries(members).some(
      ([name, value]) =>
        value !== undefined &&
        !freeOfTable.has(name) &&
        !(name === 'BillingMode' && value === 'PAY_PER_REQUEST'),
    ),
  'capacity, copies or indexes of a table',
)

/** EC2 ModifyVpcEndpoint: of an interface each subnet is one more. */
export const endpointChange = billedWhere(
  ({ AddSubnetIds, SubnetConfigurations }) =>
    AddSubnetIds !== undefined || SubnetConfigurations !== undefined,
  'an endpoint of a VPC in more subnets',
)

/** Lambda CreateEventSourceMapping and UpdateEventSourceMapping. */
export const sourceMapping = billedWhere(
  ({ ProvisionedPollerConfig }) => ProvisionedPollerConfig !== undefined,
  'provisioned pollers of a function',
)

/** SNS Publish: a text message costs what its country takes. */
export const publication = billedWhere(
  ({ PhoneNumber }) => PhoneNumber !== undefined,
  'a message to a telephone',
)

/** SSM PutParameter: only the standard tier is free. */
export const parameterWrite = billedWhere(
  ({ Tier = 'Standard' }) => Tier !== 'Standard',
  'a parameter of the advanced tier',
)

/** EventBridge PutTargets: what a target costs that is more than a message. */
export const ruleTargets = billedWhere(
  ({ Targets }) =>
    listOf(Targets)
      .map(recordOf)
      .some(
        ({ Arn, EcsParameters, BatchParameters }) =>
          EcsParameters !== undefined ||
          BatchParameters !== undefined ||
          !/^arn:[\w-]+:(?:events|firehose|kinesis|lambda|logs|sns|sqs|states):/.test(String(Arn)),
      ),
  'what a rule starts',
)

/** Where a request may start instances that nobody can tell: refused where the tenant says which there may be, else unpriced. */
const mayLaunch = (
  launches: (members: Members) => boolean,
  bills: (members: Members) => boolean,
  what: string,
): Assessor => ({
  reads: () => [],
  async assess({ request, limits }, prices) {
    const members = membersOf(request)
    if (launches(members) && limitsInstances(limits))
      return refusedFor(
        `${what[0]?.toUpperCase()}${what.slice(1)} may start instances whose type and number cannot be told, and the tenant limits both.`,
      )
    if (!launches(members) && !bills(members)) return nothing
    return { faults: [], estimate: estimateOf([unpriced(what)], prices) }
  },
})

/** Whether a cluster of EKS starts its own instances (EKS API, ComputeConfigRequest). */
export const hasAutoMode = (config: unknown): boolean =>
  config !== undefined && recordOf(config).enabled !== false && recordOf(config).Enabled !== false

/** EKS UpdateClusterConfig. */
export const clusterChange = mayLaunch(
  ({ computeConfig }) => hasAutoMode(computeConfig),
  ({ controlPlaneScalingConfig, logging, upgradePolicy }) =>
    controlPlaneScalingConfig !== undefined || logging !== undefined || upgradePolicy !== undefined,
  'another configuration of a cluster',
)

/** Whether a schedule calls an operation of AWS itself, whichever it is (EventBridge Scheduler, "Universal targets"). */
export const callsAws = (arn: unknown): boolean =>
  textOf(arn) === undefined || /^arn:[\w-]+:scheduler:.*:aws-sdk:/.test(String(arn))

/** EventBridge Scheduler CreateSchedule and UpdateSchedule. */
export const schedule = mayLaunch(
  ({ Target }) => callsAws(recordOf(Target).Arn),
  ({ Target }) =>
    !/^arn:[\w-]+:(?:events|firehose|kinesis|lambda|sns|sqs|states):/.test(String(recordOf(Target).Arn)),
  'what a schedule starts',
)
