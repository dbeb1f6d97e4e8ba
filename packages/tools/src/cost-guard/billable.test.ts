import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AwsApi } from '@gateway/domain'
import { expect, test } from 'vitest'
import { samplePrices } from '../testing/cost-questions.ts'
import { isBillable } from './billable.ts'
import { billableChanges } from './billable-changes.ts'
import { createCostGuard } from './cost-guard.ts'
import { freeBeginnings } from './free-beginnings.ts'
import { isListed } from './operation-tables.ts'

type Found = NonNullable<ReturnType<AwsApi['find']>>

/** The index of operations as it comes with the gateway. */
const folder = join(import.meta.dirname, '../../../aws/api-index')
const index = new Map(
  globSync('*.json', { cwd: folder }).flatMap((file) => {
    const { service, operations = {} } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    return Object.entries<Found>(operations).map(
      ([operation, found]) => [`${service}:${operation}`, { ...found, service, operation }] as const,
    )
  }),
)
const api = { find: (service: string, operation: string) => index.get(`${service}:${operation}`) }
const guard = createCostGuard({ prices: samplePrices, api })
const changing = [...index.values()].filter(({ access }) => !/read$/.test(access))

/** What the guard says of an operation with an input of nothing. */
const verdictOn = async ({ service, operation }: Pick<Found, 'service' | 'operation'>) => {
  const aws = () => Promise.reject(new Error('asks AWS'))
  const request = { service, operation, input: {} }
  const question = { request, region: 'eu-west-1', limits: {}, now: 0, aws }
  const found = await guard.assess(question).catch(() => 'priced' as const)
  if (found === 'priced' || found.faults.length > 0) return 'priced'
  const { microUsd } = found.estimate ?? {}
  return microUsd === 'unpriced' ? 'unpriced' : microUsd === undefined ? 'free' : 'priced'
}
const named = (name: string) => {
  const [service = '', operation = ''] = name.split(':')
  return verdictOn({ service, operation })
}

test('every operation that changes something has a price, has none that is known, or is free by a rule', async () => {
  const counts = { priced: 0, unpriced: 0, free: 0 }
  const spending: string[] = []
  for (const each of changing) {
    const verdict = await verdictOn(each)
    counts[verdict]++
    if (verdict === 'free' && [each.access, each.withoutRole].includes('spend'))
      spending.push(`${each.service}:${each.operation}`)
  }
  expect(counts).toMatchInlineSnapshot(`
    {
      "free": 2181,
      "priced": 21,
      "unpriced": 521,
    }
  `)
  // What the index calls spending is never free, but for what its input decides.
  expect(spending).toEqual([])
})

test('how many operations each rule makes free', () => {
  const all = changing.map(({ service, operation }) => ({ service, operation }))
  const billable = all.filter(({ service, operation }) => isBillable(service, operation))
  const listed = all.filter(({ service, operation }) => isListed(freeBeginnings, service, operation))
  expect([all.length, billable.length, listed.length]).toMatchInlineSnapshot(`
    [
      2723,
      513,
      540,
    ]
  `)
})

test('every entry of the tables is of an operation that there is, and of the table that its verb asks', () => {
  const names = [...index.values()]
  const dead = (table: Readonly<Record<string, string>>, billable: boolean) =>
    Object.entries(table).flatMap(([service, patterns]) =>
      patterns
        .split(/\s+/)
        .filter(
          (pattern) =>
            !names.some(
              (each) =>
                each.service === service &&
                isListed({ [service]: pattern }, service, each.operation) &&
                isBillable(service, each.operation) === billable,
            ),
        )
        .map((pattern) => `${service}:${pattern}`),
    )
  expect(dead(billableChanges, true)).toEqual([])
  expect(dead(freeBeginnings, false)).toEqual([])
})

test.each(
  `ecs:RunTask ecs:CreateService ecs:UpdateService glue:StartJobRun batch:SubmitJob codebuild:StartBuild
  redshift:ModifyCluster elasticache:ModifyCacheCluster elasticache:ModifyReplicationGroup elasticache:ModifyServerlessCache
  elasticmapreduce:AddJobFlowSteps application-autoscaling:PutScalingPolicy application-autoscaling:RegisterScalableTarget
  application-autoscaling:PutScheduledAction lambda:PutFunctionScalingConfig ec2:CreateClientVpnEndpoint ec2:CreateSnapshot
  ec2:CreateSnapshots ec2:CreateImage ec2:MonitorInstances s3:RestoreObject backup:StartRestoreJob backup:StartBackupJob
  route53:CreateHealthCheck route53:CreateHostedZone kms:CreateKey secretsmanager:CreateSecret wafv2:CreateWebACL
  states:StartExecution es:UpdateDomainConfig es:CreateDomain rds:CreateDBSnapshot ec2:AcceptTransitGatewayVpcAttachment
  ec2:AssociateClientVpnTargetNetwork cloudwatch:PutDashboard config:PutConfigRule dynamodb:UpdateContinuousBackups
  kinesis:RegisterStreamConsumer bedrock:CreateModelCopyJob sagemaker:CreateEndpoint somewhere:LaunchRocket`.split(
    /\s+/,
  ),
)('%s may be billed', async (name) => {
  expect(await named(name)).toBe('unpriced')
})

test.each(
  `ec2:CreateTags ec2:CreateSecurityGroup ec2:AuthorizeSecurityGroupIngress ec2:CreateVpc ec2:CreateSubnet ec2:CreateKeyPair
  ec2:DeleteSnapshot ec2:StopInstances ec2:TerminateInstances ec2:RebootInstances ec2:AttachVolume ec2:AssociateAddress
  s3:PutBucketPolicy s3:DeleteBucket s3:PutBucketTagging s3:PutObjectTagging iam:CreateRole iam:AttachRolePolicy
  iam:CreateServiceLinkedRole logs:CreateLogGroup logs:PutRetentionPolicy cloudwatch:PutMetricAlarm sqs:CreateQueue
  sqs:SendMessage sns:CreateTopic sns:Publish dynamodb:PutItem dynamodb:DeleteTable events:PutRule ecr:CreateRepository
  ecs:CreateCluster ecs:RegisterTaskDefinition ecs:StopTask lambda:AddPermission lambda:PublishVersion ssm:PutParameter
  rds:DeleteDBInstance rds:StopDBInstance route53:ChangeResourceRecordSets elasticloadbalancing:CreateTargetGroup
  acm:RequestCertificate cloudformation:CreateChangeSet kms:Encrypt kms:ScheduleKeyDeletion secretsmanager:PutSecretValue
  autoscaling:SuspendProcesses elasticache:DecreaseReplicaCount`.split(/\s+/),
)('%s is free', async (name) => {
  expect(await named(name)).toBe('free')
})
