/** A client of the SDK as far as it is used here. */
export interface SdkClient {
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
  }
}

/** By IAM service prefix, which is not the name of the package. A new service goes into package.json too. */
const modules: Readonly<Record<string, readonly [clientName: string, load: () => Promise<object>]>> = {
  cloudformation: ['CloudFormationClient', () => import('@aws-sdk/client-cloudformation')],
  cloudwatch: ['CloudWatchClient', () => import('@aws-sdk/client-cloudwatch')],
  ec2: ['EC2Client', () => import('@aws-sdk/client-ec2')],
  iam: ['IAMClient', () => import('@aws-sdk/client-iam')],
  lambda: ['LambdaClient', () => import('@aws-sdk/client-lambda')],
  logs: ['CloudWatchLogsClient', () => import('@aws-sdk/client-cloudwatch-logs')],
  s3: ['S3Client', () => import('@aws-sdk/client-s3')],
  sts: ['STSClient', () => import('@aws-sdk/client-sts')],
}
