import type { OperationClass } from '@gateway/domain'
import { expect, test } from 'vitest'
import { createApiIndex } from '../packages/aws/src/api/create-api-index.ts'
import { asCalled } from '../packages/tools/src/api/as-called.ts'

const api = await createApiIndex()
const classOf = (name: string, params: Record<string, unknown>) => {
  const [service = '', operation = ''] = name.split(':')
  const found = api.find(service, operation)
  if (!found) throw new Error(`there is no ${name}`)
  return asCalled(found, params)
}

test.for<[OperationClass, string, Record<string, unknown>]>([
  ['spend', 'ecs:UpdateService', { service: 's', desiredCount: 2 }],
  ['permissions', 'ecs:UpdateService', { service: 's', taskDefinition: 't:2' }],
  ['permissions', 'ecs:UpdateService', { service: 's', networkConfiguration: {} }],
  ['permissions', 'ecs:UpdateService', { service: 's', whatAwsAddsLater: 1 }],
  ['destructive', 'ecs:RunTask', { taskDefinition: 't', overrides: { containerOverrides: [{}] } }],
  ['permissions', 'ecs:RunTask', { taskDefinition: 't', overrides: { taskRoleArn: 'r' } }],
  ['destructive', 'autoscaling:UpdateAutoScalingGroup', { AutoScalingGroupName: 'g', MaxSize: 2 }],
  ['permissions', 'autoscaling:UpdateAutoScalingGroup', { LaunchConfigurationName: 'l' }],
  ['permissions', 'autoscaling:UpdateAutoScalingGroup', { LaunchTemplate: {} }],
  ['write', 'sqs:CreateQueue', { QueueName: 'q', Attributes: { FifoQueue: 'true' } }],
  ['write', 'sqs:CreateQueue', { QueueName: 'q' }],
  ['permissions', 'sqs:CreateQueue', { QueueName: 'q', Attributes: { Policy: '{}' } }],
  ['destructive', 'sqs:SetQueueAttributes', { Attributes: { VisibilityTimeout: '1' } }],
  ['permissions', 'sqs:SetQueueAttributes', { Attributes: { VisibilityTimeout: '1', Policy: '' } }],
  ['permissions', 'sqs:SetQueueAttributes', { Attributes: { RedriveAllowPolicy: '{}' } }],
  ['write', 'sns:CreateTopic', { Name: 't' }],
  ['permissions', 'sns:CreateTopic', { Name: 't', Attributes: { Policy: '{}' } }],
  ['permissions', 'sns:CreateTopic', { Name: 't', DataProtectionPolicy: '{}' }],
  ['write', 'sns:SetTopicAttributes', { AttributeName: 'DisplayName', AttributeValue: 'd' }],
  ['permissions', 'sns:SetTopicAttributes', { AttributeName: 'Policy', AttributeValue: '{}' }],
  ['write', 'sns:Subscribe', { Protocol: 'sqs' }],
  ['permissions', 'sns:Subscribe', { Protocol: 'https' }],
  ['permissions', 'sns:Subscribe', { Protocol: 'sqs', Attributes: { SubscriptionRoleArn: 'r' } }],
  ['destructive', 'ec2:ModifyInstanceAttribute', { DisableApiTermination: { Value: false } }],
  ['destructive', 'ec2:ModifyInstanceAttribute', { Attribute: 'instanceType', Value: 'm5.large' }],
  ['permissions', 'ec2:ModifyInstanceAttribute', { Attribute: 'userData', Value: 'x' }],
  ['permissions', 'ec2:ModifyInstanceAttribute', { UserData: { Value: 'x' } }],
  ['permissions', 'ec2:ModifyInstanceAttribute', { Groups: ['sg-1'] }],
  ['destructive', 'ec2:ModifySubnetAttribute', { MapPublicIpOnLaunch: { Value: false } }],
  ['permissions', 'ec2:ModifySubnetAttribute', { MapPublicIpOnLaunch: { Value: true } }],
  ['spend', 'rds:ModifyDBInstance', { DBInstanceClass: 'db.t3.micro', PubliclyAccessible: false }],
  ['permissions', 'rds:ModifyDBInstance', { PubliclyAccessible: true }],
  ['permissions', 'rds:CreateDBInstance', { PubliclyAccessible: 'true' }],
  ['destructive', 'redshift:ModifyCluster', { NumberOfNodes: 2 }],
  ['permissions', 'redshift:ModifyCluster', { MasterUserPassword: 'x' }],
  ['destructive', 'elasticache:ModifyReplicationGroup', { CacheNodeType: 'cache.t3.micro' }],
  ['permissions', 'elasticache:ModifyReplicationGroup', { AuthToken: 'x' }],
  ['destructive', 'eks:UpdateClusterConfig', { logging: {} }],
  ['destructive', 'eks:UpdateClusterConfig', { resourcesVpcConfig: { endpointPublicAccess: false } }],
  ['permissions', 'eks:UpdateClusterConfig', { resourcesVpcConfig: { endpointPublicAccess: true } }],
  ['permissions', 'eks:UpdateClusterConfig', { resourcesVpcConfig: { publicAccessCidrs: ['0.0.0.0/0'] } }],
  ['write', 'codebuild:UpdateProjectVisibility', { projectVisibility: 'PRIVATE' }],
  ['permissions', 'codebuild:UpdateProjectVisibility', { projectVisibility: 'PUBLIC_READ' }],
  ['destructive', 'codebuild:StartBuild', { projectName: 'p' }],
  ['permissions', 'codebuild:StartBuild', { projectName: 'p', serviceRoleOverride: 'r' }],
  ['destructive', 'ssm:SendCommand', { DocumentName: 'AWS-RunShellScript' }],
  ['destructive', 'states:UpdateStateMachine', { definition: '{}' }],
])('%s: %s with %j', ([access, name, params]) => {
  expect(classOf(name, params).access).toBe(access)
})

test('only what runs a definition passes roles all the same', () => {
  expect(classOf('ecs:RunTask', { taskDefinition: 't' }).iamActions).toContain('iam:PassRole')
  expect(classOf('ecs:UpdateService', { service: 's' }).iamActions).not.toContain('iam:PassRole')
  const role = { AttributeName: 'LambdaSuccessFeedbackRoleArn', AttributeValue: 'arn:aws:iam::1:role/r' }
  expect(classOf('sns:SetTopicAttributes', role)).toMatchObject({ access: 'permissions' })
  expect(classOf('sns:SetTopicAttributes', role).iamActions).toContain('iam:PassRole')
})
