import type { CallScope, OperationClass, Tenant } from '@gateway/domain'
import { judgingReads } from '../cost-guard/judged-scope.ts'
import { type TemplateSource, templateActions } from './template-source.ts'

/** Input that decides what a call may do. */
export interface ChangeInput extends TemplateSource {
  readonly mode?: 'plan' | 'apply' | undefined
  readonly capabilities?: readonly string[] | undefined
  readonly roleArn?: string | undefined
}

/** IAM actions of every plan: the change set, and the empty stack that a plan of a new one leaves. */
const planActions = [
  'cloudformation:CreateChangeSet',
  'cloudformation:DeleteChangeSet',
  'cloudformation:DeleteStack',
  'cloudformation:DescribeChangeSet',
  'cloudformation:DescribeStacks',
  'cloudformation:ListChangeSets',
  // Asked of who gives a new stack tags.
  'cloudformation:TagResource',
]

/** IAM actions of carrying out a plan. */
export const changeActions = [
  ...planActions,
  'cloudformation:DescribeStackEvents',
  'cloudformation:ExecuteChangeSet',
]

/** What a call may do: a plan writes no more than a change set, and what may make IAM resources takes an administrator. */
export const scopeOfChange = (input: ChangeInput, applied: OperationClass, tenant?: Tenant): CallScope => {
  const { mode, capabilities = [], roleArn } = input
  const isApplied = mode === 'apply'
  const elevated = roleArn !== undefined || (isApplied && capabilities.length > 0)
  const madeByCaller = isApplied && roleArn === undefined
  return {
    // Parameters of type AWS::SSM::Parameter::Value are looked up for the plan already.
    throughCloudFormation: madeByCaller ? ['*'] : ['ssm:GetParameters'],
    access: elevated ? 'permissions' : isApplied ? applied : 'write',
    iamActions: [
      ...(isApplied ? [...changeActions, ...judgingOf(tenant)] : planActions),
      ...templateActions(input),
      ...(roleArn === undefined ? [] : ['iam:PassRole']),
    ],
  }
}

/** What pricing a change set takes: images only where the tenant has EC2, and else an instance has no price. */
const judgingOf = (tenant: Tenant | undefined): readonly string[] => [
  ...judgingReads('cloudformation:ExecuteChangeSet', tenant),
  ...(tenant?.permissions.allowedServices.includes('ec2') ? ['ec2:DescribeImages'] : []),
]

const allJudging = [
  'cloudformation:GetTemplate',
  'ec2:DescribeImages',
  'ec2:DescribeInstances',
  's3:ListAllMyBuckets',
]

/** Everything that `scopeOfChange` may say. */
export const scopesOfChange = (applied: OperationClass): readonly CallScope[] => [
  {
    access: applied,
    iamActions: [...changeActions, ...allJudging, 's3:GetObject'],
    throughCloudFormation: ['*'],
  },
  {
    access: 'permissions',
    iamActions: [...changeActions, ...allJudging, 's3:GetObject', 'iam:PassRole'],
    throughCloudFormation: ['*'],
  },
]
