/** Client and commands of a service, by IAM prefix. */
export const sdkService = async (service: string) => {
  const entry = clients[service]
  if (!entry) throw new Error(`the tests have no AWS client for ${service}`)
  const [name, load] = entry
  const module = (await load()) as Readonly<Record<string, unknown>>
  const construct = (className: string, argument: object) =>
    Reflect.construct(module[className] as new (argument: object) => object, [argument])
  return {
    client: (config: object) => construct(`${name}Client`, config) as SdkClient,
    command: (operation: string, input: object) => construct(`${operation}Command`, input),
  }
}

interface SdkClient {
  send(
    command: object,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<{ readonly $metadata: { readonly requestId?: string; readonly attempts?: number } }>
}

const clients: Readonly<Record<string, readonly [name: string, load: () => Promise<object>]>> = {
  budgets: ['Budgets', () => import('@aws-sdk/client-budgets')],
  ce: ['CostExplorer', () => import('@aws-sdk/client-cost-explorer')],
  cloudformation: ['CloudFormation', () => import('@aws-sdk/client-cloudformation')],
  cloudwatch: ['CloudWatch', () => import('@aws-sdk/client-cloudwatch')],
  ec2: ['EC2', () => import('@aws-sdk/client-ec2')],
  iam: ['IAM', () => import('@aws-sdk/client-iam')],
  lambda: ['Lambda', () => import('@aws-sdk/client-lambda')],
  logs: ['CloudWatchLogs', () => import('@aws-sdk/client-cloudwatch-logs')],
  rds: ['RDS', () => import('@aws-sdk/client-rds')],
  s3: ['S3', () => import('@aws-sdk/client-s3')],
  servicequotas: ['ServiceQuotas', () => import('@aws-sdk/client-service-quotas')],
  tag: ['ResourceGroupsTaggingAPI', () => import('@aws-sdk/client-resource-groups-tagging-api')],
}
