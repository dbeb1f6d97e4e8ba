import type { ToolContext } from '@gateway/domain'
import type { GetOutputType } from '@smithy/types'

/** Services that tools call, by IAM prefix. Types only: the clients themselves are made elsewhere. */
interface Services {
  budgets: typeof import('@aws-sdk/client-budgets')
  ce: typeof import('@aws-sdk/client-cost-explorer')
  cloudformation: typeof import('@aws-sdk/client-cloudformation')
  cloudwatch: typeof import('@aws-sdk/client-cloudwatch')
  ec2: typeof import('@aws-sdk/client-ec2')
  iam: typeof import('@aws-sdk/client-iam')
  lambda: typeof import('@aws-sdk/client-lambda')
  logs: typeof import('@aws-sdk/client-cloudwatch-logs')
  rds: typeof import('@aws-sdk/client-rds')
  s3: typeof import('@aws-sdk/client-s3')
  servicequotas: typeof import('@aws-sdk/client-service-quotas')
  tag: typeof import('@aws-sdk/client-resource-groups-tagging-api')
}

type Operation<S extends keyof Services> = keyof Services[S] extends infer Name
  ? Name extends `${infer Op}Command`
    ? Op
    : never
  : never

type CommandClass<S extends keyof Services, Op extends string> = Extract<
  Services[S][Extract<`${Op}Command`, keyof Services[S]>],
  abstract new (
    ...args: never[]
  ) => unknown
>

type Input<S extends keyof Services, Op extends string> = ConstructorParameters<CommandClass<S, Op>>[0]

type Output<S extends keyof Services, Op extends string> = GetOutputType<InstanceType<CommandClass<S, Op>>>

/** `context.aws` with the AWS SDK's own types for one operation. */
export const typedAws = <S extends keyof Services, Op extends Operation<S> & string>(
  context: ToolContext,
  service: S,
  operation: Op,
  input: Input<S, Op> & object,
): Promise<Output<S, Op>> => context.aws(service, operation, input) as Promise<Output<S, Op>>
