import { expect, test } from 'vitest'
import { catalogue, factsOf, place } from './testing/catalogue.ts'

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`
const profile = (name: string) => `arn:aws:iam::111122223333:instance-profile/${name}`
const passed = (service: string, operation: string, input: object) =>
  catalogue.passedRoles({ service, operation, input }, place)

test.each<[string, string, object, readonly string[]]>([
  ['lambda', 'CreateFunction', { FunctionName: 'f', Role: role('app') }, [role('app')]],
  ['lambda', 'UpdateFunctionConfiguration', { FunctionName: 'f', MemorySize: 256 }, []],
  [
    'lambda',
    'CreateFunction',
    { FunctionName: 'f', Role: 'arn:aws:iam::444455556666:role/other' },
    ['arn:aws:iam::444455556666:role/other'],
  ],
  ['ec2', 'RunInstances', { IamInstanceProfile: { Name: 'web' } }, [profile('web')]],
  ['ec2', 'RunInstances', { IamInstanceProfile: { Arn: profile('x/web') } }, [profile('x/web')]],
  ['ec2', 'RunInstances', { ImageId: 'ami-1' }, []],
  ['ec2', 'RunInstances', { LaunchTemplate: { LaunchTemplateId: 'lt-1' } }, ['unknown']],
  [
    'ec2',
    'RunInstances',
    { LaunchTemplate: { LaunchTemplateName: 't' }, IamInstanceProfile: { Name: 'web' } },
    [profile('web'), 'unknown'],
  ],
  ['ec2', 'CreateFleet', { LaunchTemplateConfigs: [{}] }, ['unknown']],
  ['ec2', 'StartInstances', { InstanceIds: ['i-1'] }, []],
  ['ec2', 'ExportImage', { RoleName: 'vmimport' }, [role('vmimport')]],
  ['glue', 'CreateJob', { Name: 'j', Role: 'service-role/j' }, ['unknown']],
  ['glue', 'CreateJob', { Name: 'j', Role: 'etl' }, [role('etl')]],
  [
    'elasticmapreduce',
    'RunJobFlow',
    { JobFlowRole: 'nodes', ServiceRole: 'emr' },
    [profile('nodes'), role('emr'), 'unknown'],
  ],
  [
    'ecs',
    'RegisterTaskDefinition',
    { family: 'f', taskRoleArn: role('t'), executionRoleArn: role('e') },
    [role('t'), role('e')],
  ],
  ['ecs', 'RunTask', { taskDefinition: 'f:1' }, ['unknown']],
  [
    'events',
    'PutTargets',
    { Rule: 'r', Targets: [{ RoleArn: role('a') }, { RoleArn: role('b') }] },
    [role('a'), role('b')],
  ],
  [
    'states',
    'CreateStateMachine',
    { name: 's', roleArn: role('s'), definition: `{"Role":"${role('deep')}"}` },
    [role('s'), 'unknown'],
  ],
  // A stack keeps its role, for which AWS asks nobody's iam:PassRole (CloudFormation User Guide, "AWS CloudFormation service role").
  ...[
    'CreateStack',
    'UpdateStack',
    'DeleteStack',
    'CreateChangeSet',
    'RollbackStack',
    'ContinueUpdateRollback',
  ].flatMap((operation): [string, string, object, readonly string[]][] => [
    ['cloudformation', operation, { StackName: 's', RoleARN: role('cfn') }, [role('cfn')]],
    ['cloudformation', operation, { StackName: 's' }, []],
  ]),
  ['cloudformation', 'ExecuteChangeSet', { StackName: 's', ChangeSetName: 'c' }, []],
  ['cloudformation', 'CancelUpdateStack', { StackName: 's' }, []],
  ['cloudformation', 'DeleteChangeSet', { StackName: 's', ChangeSetName: 'c' }, []],
  ['cloudformation', 'UpdateStackSet', { StackSetName: 's', AdministrationRoleARN: role('a') }, [role('a')]],
  ['ec2', 'CreateLaunchTemplate', { LaunchTemplateName: 't', LaunchTemplateData: {} }, []],
  [
    'ec2',
    'CreateLaunchTemplate',
    { LaunchTemplateName: 't', LaunchTemplateData: { IamInstanceProfile: { Name: 'web' } } },
    [profile('web')],
  ],
  [
    'ec2',
    'CreateLaunchTemplateVersion',
    { LaunchTemplateName: 't', SourceVersion: '1', LaunchTemplateData: {} },
    ['unknown'],
  ],
  ['ecs', 'StartTask', { taskDefinition: 'f:1' }, ['unknown']],
  ['sns', 'SetSMSAttributes', { attributes: { DefaultSMSType: 'Promotional' } }, []],
  ['sns', 'SetSMSAttributes', { attributes: { DeliveryStatusIAMRole: role('sms') } }, [role('sms')]],
  [
    'apigateway',
    'UpdateIntegration',
    { patchOperations: [{ op: 'replace', path: '/credentials', value: role('api') }] },
    [role('api')],
  ],
  [
    'apigateway',
    'UpdateIntegration',
    { patchOperations: [{ op: 'replace', path: '/timeoutInMillis', value: '900' }] },
    [],
  ],
  [
    'sns',
    'SetTopicAttributes',
    { TopicArn: 't', AttributeName: 'x', AttributeValue: role('sns') },
    [role('sns')],
  ],
  ['ssm', 'StartAutomationExecution', { DocumentName: 'd' }, ['unknown']],
  [
    'autoscaling',
    'UpdateAutoScalingGroup',
    { AutoScalingGroupName: 'g', LaunchTemplate: { LaunchTemplateId: 'lt-1' } },
    ['unknown'],
  ],
  ['lambda', 'CreateFunction', { FunctionName: 'f', Role: role('*') }, ['unknown']],
  ['iam', 'CreateRole', { RoleName: 'r' }, []],
  ['s3', 'GetObject', { Bucket: 'b1x', Key: role('k') }, []],
  ['nowhere', 'DoIt', {}, ['unknown']],
])('%s %s %j passes %j', (service, operation, input, roles) => {
  expect(passed(service, operation, input)).toEqual(roles)
})

test('a role that is passed is a resource of iam:PassRole; that of a profile or template is not known', () => {
  const passing = (service: string, operation: string, input: object) =>
    factsOf(service, operation, input).filter(({ action }) => action === 'iam:PassRole')
  const [fact, ...more] = passing('lambda', 'CreateFunction', { FunctionName: 'f', Role: role('app') })
  expect([fact?.resource, more]).toEqual([role('app'), []])
  expect(fact?.keys.get('iam:passedtoservice')).toEqual(['lambda.amazonaws.com'])
  for (const input of [
    { IamInstanceProfile: { Name: 'web' } },
    { LaunchTemplate: { LaunchTemplateId: 'lt-1' } },
  ])
    expect(passing('ec2', 'RunInstances', input).map(({ resource }) => resource)).toEqual([undefined])
})

test('each is of its own account and partition', () => {
  const other = { partition: 'aws-cn', region: 'cn-north-1', accountId: '222222222222' }
  const request = {
    service: 'ec2',
    operation: 'RunInstances',
    input: { IamInstanceProfile: { Name: 'web' } },
  }
  expect(catalogue.passedRoles(request, other)).toEqual(['arn:aws-cn:iam::222222222222:instance-profile/web'])
})

test.each<[string, string, object, readonly (readonly string[] | undefined)[]]>([
  [
    'ecs',
    'RegisterTaskDefinition',
    { family: 'f', taskRoleArn: role('t'), executionRoleArn: role('e') },
    [['ecs-tasks.amazonaws.com'], ['ecs-tasks.amazonaws.com']],
  ],
  ['ecs', 'CreateService', { serviceName: 's', role: 'lb' }, [['ecs.amazonaws.com'], undefined]],
  [
    'ecs',
    'RunTask',
    {
      taskDefinition: 'f:1',
      overrides: { taskRoleArn: role('t') },
      volumeConfigurations: [{ managedEBSVolume: { roleArn: role('v') } }],
    },
    [['ecs-tasks.amazonaws.com'], ['ecs.amazonaws.com'], undefined],
  ],
  // One role that is passed to two services.
  [
    'ecs',
    'RunTask',
    {
      taskDefinition: 'f:1',
      overrides: { taskRoleArn: role('t') },
      volumeConfigurations: [{ managedEBSVolume: { roleArn: role('t') } }],
    },
    [undefined, undefined],
  ],
  [
    'cloudformation',
    'DeleteStack',
    { StackName: 's', RoleARN: role('cfn') },
    [['cloudformation.amazonaws.com']],
  ],
  ['ssm', 'StartAutomationExecution', { DocumentName: 'd' }, [undefined]],
  ['cloudformation', 'DeleteStack', { StackName: 's' }, []],
  ['glue', 'CreateJob', { Name: 'j', Role: 'etl' }, [['glue.amazonaws.com']]],
  ['events', 'PutTargets', { Rule: 'r', Targets: [{ Id: '1', RoleArn: role('a') }] }, [undefined]],
])('%s %s %j passes its roles to %j', (service, operation, input, takers) => {
  const facts = factsOf(service, operation, input).filter(({ action }) => action === 'iam:PassRole')
  const found = facts.map(({ keys }) => keys.get('iam:passedtoservice'))
  expect(found).toHaveLength(takers.length)
  expect(found).toEqual(expect.arrayContaining([...takers]))
})
