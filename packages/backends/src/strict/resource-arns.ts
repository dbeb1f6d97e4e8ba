import type { AwsCall } from './aws-call.ts'

/**
 * Resources of which IAM wants to know whether `action` is allowed, except those of S3: ARNs, or `*` for an action that
 * has none, or `unknown` (AWS Service Authorization Reference). What exists is not looked up, so ids stand for themselves.
 */
export const arnsOf = (call: AwsCall, action: string, account: string): readonly string[] => {
  const find = Object.hasOwn(services, call.service) ? services[call.service] : undefined
  if (!find) return ['unknown']
  const arn = (resource: string) => `arn:aws:${call.service}:${call.region}:${account}:${resource}`
  const found = find({ call, action, arn, account })
  return found.length > 0 ? found : ['unknown']
}

interface Asked {
  readonly call: AwsCall
  readonly account: string
  readonly action: string
  /** ARN of a resource of the service in the request's region and account. */
  arn(resource: string): string
}

const services: Readonly<Record<string, (asked: Asked) => readonly string[]>> = {
  budgets: ({ account }) => [`arn:aws:budgets::${account}:budget/*`],
  ce: () => ['*'],
  cloudformation: ({ call, action, arn }) => {
    if (
      /^(List(Stacks|Exports|Imports)|ValidateTemplate|DescribeAccountLimits|GetTemplateSummary)$/.test(
        action,
      )
    )
      return ['*']
    const names = call.values('StackName')
    // Without a name DescribeStacks is about all of them.
    if (names.length === 0 && action === 'DescribeStacks') return [arn('stack/*')]
    return names.map((name) => (name.startsWith('arn:') ? name : arn(`stack/${name}/*`)))
  },
  cloudwatch: ({ call, action, arn }) => {
    if (/^(Get|List|Describe)|^PutMetricData$/.test(action)) return ['*']
    return [...call.values('AlarmName'), ...call.values('AlarmNames')].map((name) => arn(`alarm:${name}`))
  },
  dynamodb: ({ call, action, arn }) =>
    action === 'ListTables' ? ['*'] : call.values('TableName').map((name) => arn(`table/${name}`)),
  ec2: ({ call, action, arn }) => {
    if (action.startsWith('Describe') && action !== 'DescribeInstanceAttribute') return ['*']
    if (action === 'RunInstances') {
      const images = call.values('ImageId').map((id) => `arn:aws:ec2:${call.region}::image/${id}`)
      return [...images, ...['instance', 'network-interface', 'volume'].map((type) => arn(`${type}/*`))]
    }
    return call.values('InstanceId').map((id) => arn(`instance/${id}`))
  },
  iam: ({ call, action, account }) => {
    if (/^(List(Roles|Policies|Users|Groups)|GetAccount.*)$/.test(action)) return ['*']
    // To attach a policy is about whom it is attached to.
    if (/^(Get|List|Create|Delete)(Policy|PolicyVersions?)$|^ListEntitiesForPolicy$/.test(action))
      return call.values('PolicyArn')
    if (action === 'SimulatePrincipalPolicy') return call.values('PolicySourceArn')
    return call.values('RoleName').map((name) => `arn:aws:iam::${account}:role/${name}`)
  },
  lambda: ({ call, action, arn }) => {
    const name = call.path[1] === 'functions' ? call.path[2] : undefined
    if (!name) return /^(List|GetAccount)/.test(action) ? ['*'] : []
    return [name.startsWith('arn:') ? name : arn(`function:${name}`)]
  },
  logs: ({ call, action, arn }) => {
    if (/^(DescribeLogGroups|DescribeQueries|StopQuery|GetQueryResults)$/.test(action)) return ['*']
    const names = [...call.values('logGroupName'), ...call.values('logGroupNames')]
    return [
      ...names.map((name) => arn(`log-group:${name}:*`)),
      ...[...call.values('logGroupIdentifier'), ...call.values('logGroupIdentifiers')].map((name) =>
        name.startsWith('arn:') ? name : arn(`log-group:${name}:*`),
      ),
    ]
  },
  servicequotas: () => ['*'],
  sns: ({ call, action }) => (/^List(Topics|Subscriptions)$/.test(action) ? ['*'] : call.values('TopicArn')),
  sqs: ({ call, action, arn }) => {
    if (action === 'ListQueues') return ['*']
    const urls = call.values('QueueUrl').map((url) => url.slice(url.lastIndexOf('/') + 1))
    return [...call.values('QueueName'), ...urls].map((name) => arn(name))
  },
  sts: () => ['*'],
  tag: () => ['*'],
}
