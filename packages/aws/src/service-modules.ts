/** A client of the SDK as far as it is used here. */
export interface SdkClient {
  /** Milliseconds that the SDK adds to the clock of this machine when it signs. */
  readonly config?: { readonly systemClockOffset?: number }
  send(command: object, options: SendOptions): Promise<SdkOutput>
}

export interface SendOptions {
  readonly abortSignal: AbortSignal
  /** Milliseconds that one attempt may wait for its answer. */
  readonly requestTimeout?: number
}

export interface SdkOutput {
  readonly $metadata: { readonly requestId?: string; readonly attempts?: number }
  readonly [member: string]: unknown
}

/** What the module of one service exports: its client class and a class per operation. */
export interface ServiceModule {
  readonly service: string
  client(config: object): SdkClient
  command(operation: string, input: object): object
  /** Runtime schema of an operation, as the SDK writes it: `[9, namespace, name, traits, input, output]`. */
  schema(operation: string): readonly unknown[]
  /** Every operation of the client. */
  operations(): readonly string[]
}

/** Loads the SDK module of an IAM service prefix on its first use: EC2 alone costs 300 ms and 89 MB. */
export const loadService = async (service: string): Promise<ServiceModule> => {
  const entry = Object.hasOwn(modules, service) ? modules[service] : undefined
  if (!entry) throw new Error(`no AWS client for service ${service}`)
  const [clientName, load] = entry
  const exports = (await load()) as Readonly<Record<string, unknown>>
  const construct = (name: string, argument: object): object => {
    const Class = exports[name]
    if (typeof Class !== 'function') throw new Error(`the AWS client of ${service} has no ${name}`)
    return Reflect.construct(Class, [argument])
  }
  return {
    service,
    client: (config) => construct(clientName, config) as SdkClient,
    command: (operation, input) => construct(`${operation}Command`, input),
    schema(operation) {
      const schema = Object.hasOwn(exports, `${operation}$`) ? exports[`${operation}$`] : undefined
      if (isOperation(schema)) return schema
      throw new Error(`the AWS client of ${service} has no schema of ${operation}`)
    },
    operations: () => Object.values(exports).flatMap((each) => (isOperation(each) ? [String(each[2])] : [])),
  }
}

/** IAM prefixes of the services that have a client, sorted. */
export const servicePrefixes = (): readonly string[] => Object.keys(modules)

/** The constants of structures have names like those of operations; 9 is the tag of an operation. */
const isOperation = (exported: unknown): exported is readonly unknown[] =>
  Array.isArray(exported) && exported[0] === 9

/** By IAM service prefix, which is not the name of the package. A new service goes into package.json too. */
const modules: Readonly<Record<string, readonly [clientName: string, load: () => Promise<object>]>> = {
  'access-analyzer': ['AccessAnalyzerClient', () => import('@aws-sdk/client-accessanalyzer')],
  acm: ['ACMClient', () => import('@aws-sdk/client-acm')],
  apigateway: ['APIGatewayClient', () => import('@aws-sdk/client-api-gateway')],
  'application-autoscaling': [
    'ApplicationAutoScalingClient',
    () => import('@aws-sdk/client-application-auto-scaling'),
  ],
  athena: ['AthenaClient', () => import('@aws-sdk/client-athena')],
  autoscaling: ['AutoScalingClient', () => import('@aws-sdk/client-auto-scaling')],
  backup: ['BackupClient', () => import('@aws-sdk/client-backup')],
  batch: ['BatchClient', () => import('@aws-sdk/client-batch')],
  bedrock: ['BedrockClient', () => import('@aws-sdk/client-bedrock')],
  budgets: ['BudgetsClient', () => import('@aws-sdk/client-budgets')],
  ce: ['CostExplorerClient', () => import('@aws-sdk/client-cost-explorer')],
  cloudformation: ['CloudFormationClient', () => import('@aws-sdk/client-cloudformation')],
  cloudfront: ['CloudFrontClient', () => import('@aws-sdk/client-cloudfront')],
  cloudtrail: ['CloudTrailClient', () => import('@aws-sdk/client-cloudtrail')],
  cloudwatch: ['CloudWatchClient', () => import('@aws-sdk/client-cloudwatch')],
  codebuild: ['CodeBuildClient', () => import('@aws-sdk/client-codebuild')],
  codepipeline: ['CodePipelineClient', () => import('@aws-sdk/client-codepipeline')],
  config: ['ConfigServiceClient', () => import('@aws-sdk/client-config-service')],
  dynamodb: ['DynamoDBClient', () => import('@aws-sdk/client-dynamodb')],
  ec2: ['EC2Client', () => import('@aws-sdk/client-ec2')],
  ecr: ['ECRClient', () => import('@aws-sdk/client-ecr')],
  ecs: ['ECSClient', () => import('@aws-sdk/client-ecs')],
  eks: ['EKSClient', () => import('@aws-sdk/client-eks')],
  elasticache: ['ElastiCacheClient', () => import('@aws-sdk/client-elasticache')],
  elasticfilesystem: ['EFSClient', () => import('@aws-sdk/client-efs')],
  elasticloadbalancing: [
    'ElasticLoadBalancingV2Client',
    () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  ],
  elasticmapreduce: ['EMRClient', () => import('@aws-sdk/client-emr')],
  es: ['OpenSearchClient', () => import('@aws-sdk/client-opensearch')],
  events: ['EventBridgeClient', () => import('@aws-sdk/client-eventbridge')],
  firehose: ['FirehoseClient', () => import('@aws-sdk/client-firehose')],
  glue: ['GlueClient', () => import('@aws-sdk/client-glue')],
  guardduty: ['GuardDutyClient', () => import('@aws-sdk/client-guardduty')],
  iam: ['IAMClient', () => import('@aws-sdk/client-iam')],
  kinesis: ['KinesisClient', () => import('@aws-sdk/client-kinesis')],
  kms: ['KMSClient', () => import('@aws-sdk/client-kms')],
  lambda: ['LambdaClient', () => import('@aws-sdk/client-lambda')],
  logs: ['CloudWatchLogsClient', () => import('@aws-sdk/client-cloudwatch-logs')],
  organizations: ['OrganizationsClient', () => import('@aws-sdk/client-organizations')],
  pricing: ['PricingClient', () => import('@aws-sdk/client-pricing')],
  rds: ['RDSClient', () => import('@aws-sdk/client-rds')],
  redshift: ['RedshiftClient', () => import('@aws-sdk/client-redshift')],
  route53: ['Route53Client', () => import('@aws-sdk/client-route-53')],
  s3: ['S3Client', () => import('@aws-sdk/client-s3')],
  scheduler: ['SchedulerClient', () => import('@aws-sdk/client-scheduler')],
  secretsmanager: ['SecretsManagerClient', () => import('@aws-sdk/client-secrets-manager')],
  securityhub: ['SecurityHubClient', () => import('@aws-sdk/client-securityhub')],
  servicequotas: ['ServiceQuotasClient', () => import('@aws-sdk/client-service-quotas')],
  ses: ['SESv2Client', () => import('@aws-sdk/client-sesv2')],
  sns: ['SNSClient', () => import('@aws-sdk/client-sns')],
  sqs: ['SQSClient', () => import('@aws-sdk/client-sqs')],
  ssm: ['SSMClient', () => import('@aws-sdk/client-ssm')],
  states: ['SFNClient', () => import('@aws-sdk/client-sfn')],
  sts: ['STSClient', () => import('@aws-sdk/client-sts')],
  tag: ['ResourceGroupsTaggingAPIClient', () => import('@aws-sdk/client-resource-groups-tagging-api')],
  wafv2: ['WAFV2Client', () => import('@aws-sdk/client-wafv2')],
}
