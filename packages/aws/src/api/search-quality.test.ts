import { expect, test } from 'vitest'
import { type ApiIndex, createApiIndex } from './create-api-index.ts'

/** What engineers say, and the operation that does it (or any of several); written before the search was tuned. */
const tasks: readonly (readonly [sentence: string, ...operations: string[]])[] = [
  ['list my running servers', 'ec2:DescribeInstances'],
  ['launch a new virtual machine', 'ec2:RunInstances'],
  ['start a stopped instance', 'ec2:StartInstances'],
  ['shut down an instance for the night', 'ec2:StopInstances'],
  ['open port 443 in a security group', 'ec2:AuthorizeSecurityGroupIngress'],
  ['which volumes are not attached to anything', 'ec2:DescribeVolumes'],
  ['take a snapshot of an EBS volume', 'ec2:CreateSnapshot'],
  ['release an elastic ip address', 'ec2:ReleaseAddress'],
  ['show me the subnets of a vpc', 'ec2:DescribeSubnets'],
  ['make a bucket', 's3:CreateBucket'],
  ['remove a bucket', 's3:DeleteBucket'],
  ['list all buckets', 's3:ListBuckets'],
  ['copy a file from one bucket to another', 's3:CopyObject'],
  ['turn on versioning for a bucket', 's3:PutBucketVersioning'],
  ['is public access to this bucket blocked', 's3:GetPublicAccessBlock'],
  ['how big is my bill this month by service', 'ce:GetCostAndUsage'],
  ['forecast what we will spend next month', 'ce:GetCostForecast'],
  ['list the budgets of the account', 'budgets:DescribeBudgets'],
  ['invoke a function', 'lambda:Invoke'],
  ['change the memory of a lambda function', 'lambda:UpdateFunctionConfiguration'],
  ['what functions do we have', 'lambda:ListFunctions'],
  ['deploy new code to a lambda', 'lambda:UpdateFunctionCode'],
  ['create an alarm on cpu', 'cloudwatch:PutMetricAlarm'],
  ['which alarms are firing', 'cloudwatch:DescribeAlarms'],
  ['get metric values of the last hour', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics'],
  ['search the logs for an error', 'logs:FilterLogEvents', 'logs:StartQuery'],
  ['set how long a log group keeps its logs', 'logs:PutRetentionPolicy'],
  ['delete a cloudformation stack', 'cloudformation:DeleteStack'],
  ['why did my stack fail, show its events', 'cloudformation:DescribeStackEvents'],
  ['has the stack drifted', 'cloudformation:DetectStackDrift', 'cloudformation:DescribeStackResourceDrifts'],
  ['list database instances', 'rds:DescribeDBInstances'],
  ['back up a postgres database now', 'rds:CreateDBSnapshot', 'rds:CreateDBClusterSnapshot'],
  ['restore a database from a snapshot', 'rds:RestoreDBInstanceFromDBSnapshot'],
  ['reboot the database', 'rds:RebootDBInstance'],
  ['read one item of a dynamodb table', 'dynamodb:GetItem'],
  ['create a nosql table', 'dynamodb:CreateTable'],
  ['send a message to a queue', 'sqs:SendMessage'],
  ['empty a queue', 'sqs:PurgeQueue'],
  ['subscribe an email address to a topic', 'sns:Subscribe'],
  ['publish a notification', 'sns:Publish'],
  ['create a new iam user', 'iam:CreateUser'],
  ['which policies are attached to a role', 'iam:ListAttachedRolePolicies'],
  ['rotate an access key of a user', 'iam:CreateAccessKey', 'iam:UpdateAccessKey'],
  ['who am I, which account is this', 'sts:GetCallerIdentity'],
  ['read a parameter from the parameter store', 'ssm:GetParameter'],
  ['run a shell command on instances', 'ssm:SendCommand'],
  ['store a new secret', 'secretsmanager:CreateSecret'],
  ['encrypt data with a kms key', 'kms:Encrypt'],
  ['scale an ecs service to three tasks', 'ecs:UpdateService'],
  ['list kubernetes clusters', 'eks:ListClusters'],
  ['push permission: log in to the docker registry', 'ecr:GetAuthorizationToken'],
  ['add a dns record', 'route53:ChangeResourceRecordSets'],
  ['clear the cdn cache', 'cloudfront:CreateInvalidation'],
  ['request a tls certificate', 'acm:RequestCertificate'],
  ['who deleted this resource, look up the audit trail', 'cloudtrail:LookupEvents'],
  ['how close are we to our quotas', 'servicequotas:GetServiceQuota', 'servicequotas:ListServiceQuotas'],
  ['find all resources with a tag', 'tag:GetResources'],
  ['start a step functions workflow', 'states:StartExecution'],
  ['run an sql query on athena', 'athena:StartQueryExecution'],
  ['list the targets that are unhealthy behind a load balancer', 'elasticloadbalancing:DescribeTargetHealth'],
]

test('the tasks are sixty, of at least twenty-five services', () => {
  expect(tasks).toHaveLength(60)
  const services = new Set(tasks.map(([, operation = '']) => operation.split(':')[0]))
  expect(services.size).toBeGreaterThanOrEqual(25)
})

test('every operation that is looked for is in the index', async () => {
  const api = await createApiIndex()
  const missing = tasks
    .flatMap(([, ...operations]) => operations)
    .filter((each) => {
      const [service = '', operation = ''] = each.split(':')
      return !api.find(service, operation)
    })
  expect(missing).toEqual([])
})

test('for nine of ten tasks the right operation is among the first five', async () => {
  const api = await createApiIndex()
  const missed = tasks.flatMap(([sentence, ...operations]) => {
    const found = api.search(sentence, { limit: 5 }).map((each) => `${each.service}:${each.operation}`)
    return operations.some((each) => found.includes(each)) ? [] : [{ sentence, operations, found }]
  })
  expect(missed.length, JSON.stringify(missed, null, 1)).toBeLessThanOrEqual(6)
})

test('99 of 100 searches take less than 5 ms', async () => {
  const api = await createApiIndex()
  const queries = Array.from({ length: 200 }, (_, at) => `${tasks[at % tasks.length]?.[0]} ${at}`)
  api.search('warm up')
  // The machine may be busy in one round, hardly in all three.
  const times = queries.map((query) =>
    Math.min(...Array.from({ length: 3 }, () => millisecondsOf(query, api))),
  )
  expect(times.sort((a, b) => a - b)[197]).toBeLessThan(5)
})

const millisecondsOf = (query: string, api: ApiIndex): number => {
  const started = performance.now()
  api.search(query)
  return performance.now() - started
}
