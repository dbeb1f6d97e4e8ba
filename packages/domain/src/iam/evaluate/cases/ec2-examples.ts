import { allow, casesOf } from './policy-case.ts'

const tagged = (key: string, value: string | undefined) => ({ [key]: value })
const instance = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc'

/** Example policies for EC2, of the guides of IAM and of the service, in other words. */
export const ec2Cases = [
  ...casesOf(
    'Example policies: EC2: start or stop instances based on matching tags',
    allow({
      Action: ['ec2:StartInstances', 'ec2:StopInstances'],
      Resource: 'arn:aws:ec2:*:*:instance/*',
      Condition: { StringEquals: { 'aws:ResourceTag/CostCenter': '${aws:PrincipalTag/CostCenter}' } },
    }),
    [
      [
        'allow',
        'the same tag',
        `ec2:StopInstances ${instance}`,
        { 'aws:ResourceTag/CostCenter': '7', 'aws:PrincipalTag/CostCenter': '7' },
      ],
      [
        'implicit-deny',
        'another tag',
        `ec2:StopInstances ${instance}`,
        { 'aws:ResourceTag/CostCenter': '8', 'aws:PrincipalTag/CostCenter': '7' },
      ],
      [
        'implicit-deny',
        'an instance without',
        `ec2:StopInstances ${instance}`,
        { 'aws:PrincipalTag/CostCenter': '7' },
      ],
      ['implicit-deny', 'neither with', `ec2:StopInstances ${instance}`],
      [
        'undecided: aws:ResourceTag/CostCenter',
        'an instance whose tags are not known',
        `ec2:StopInstances ${instance}`,
        { 'aws:ResourceTag/CostCenter': undefined, 'aws:PrincipalTag/CostCenter': '7' },
      ],
      [
        'implicit-deny',
        'another action',
        `ec2:TerminateInstances ${instance}`,
        { 'aws:ResourceTag/CostCenter': '7', 'aws:PrincipalTag/CostCenter': '7' },
      ],
    ],
  ),
  ...casesOf(
    'Example policies: EC2: allows managing instances that a user has tagged',
    [
      allow({
        Action: 'ec2:*Instances',
        Resource: 'arn:aws:ec2:*:*:instance/*',
        Condition: { StringEquals: { 'ec2:ResourceTag/Owner': '${aws:username}' } },
      }),
      allow({ Action: 'ec2:DescribeInstances' }),
    ],
    [
      [
        'allow',
        'the own instance',
        `ec2:StopInstances ${instance}`,
        { ...tagged('ec2:ResourceTag/Owner', 'ann'), 'aws:username': 'ann' },
      ],
      [
        'implicit-deny',
        'that of another',
        `ec2:StopInstances ${instance}`,
        { ...tagged('ec2:ResourceTag/Owner', 'bob'), 'aws:username': 'ann' },
      ],
      [
        'implicit-deny',
        'a role has no user name',
        `ec2:StopInstances ${instance}`,
        tagged('ec2:ResourceTag/Owner', 'ann'),
      ],
      ['allow', 'seeing all', 'ec2:DescribeInstances'],
    ],
  ),
  ...casesOf(
    'EC2 User Guide: Example policies, launch instances',
    [
      allow({
        Action: 'ec2:RunInstances',
        Resource: 'arn:aws:ec2:*:*:instance/*',
        Condition: { StringEquals: { 'ec2:InstanceType': ['t3.micro', 't3.small'] } },
      }),
      allow({
        Action: 'ec2:RunInstances',
        Resource: ['arn:aws:ec2:*::image/ami-*', 'arn:aws:ec2:*:*:subnet/*', 'arn:aws:ec2:*:*:volume/*'],
      }),
    ],
    [
      ['allow', 'a small type', `ec2:RunInstances ${instance}`, tagged('ec2:InstanceType', 't3.micro')],
      [
        'implicit-deny',
        'a large type',
        `ec2:RunInstances ${instance}`,
        tagged('ec2:InstanceType', 'p5.48xlarge'),
      ],
      ['allow', 'an image, which is of no account', 'ec2:RunInstances arn:aws:ec2:eu-west-1::image/ami-1'],
      [
        'implicit-deny',
        'an image with an account',
        'ec2:RunInstances arn:aws:ec2:eu-west-1:111122223333:image/ami-1',
      ],
      [
        'implicit-deny',
        'a key pair that nobody spoke of',
        'ec2:RunInstances arn:aws:ec2:eu-west-1:111122223333:key-pair/k',
      ],
    ],
  ),
  ...casesOf(
    'EC2 User Guide: Grant permission to tag resources during creation',
    [
      allow({ Action: 'ec2:RunInstances' }),
      allow({
        Action: 'ec2:CreateTags',
        Resource: 'arn:aws:ec2:eu-west-1:111122223333:*/*',
        Condition: {
          StringEquals: { 'ec2:CreateAction': 'RunInstances', 'aws:RequestTag/env': ['prod', 'test'] },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['env', 'team'] },
        },
      }),
    ],
    [
      [
        'allow',
        'tags while launching',
        `ec2:CreateTags ${instance}`,
        { 'ec2:CreateAction': 'RunInstances', 'aws:RequestTag/env': 'prod', 'aws:TagKeys': ['env'] },
      ],
      [
        'implicit-deny',
        'tags later',
        `ec2:CreateTags ${instance}`,
        { 'aws:RequestTag/env': 'prod', 'aws:TagKeys': ['env'] },
      ],
      [
        'implicit-deny',
        'another value',
        `ec2:CreateTags ${instance}`,
        { 'ec2:CreateAction': 'RunInstances', 'aws:RequestTag/env': 'x', 'aws:TagKeys': ['env'] },
      ],
      [
        'implicit-deny',
        'a tag more',
        `ec2:CreateTags ${instance}`,
        { 'ec2:CreateAction': 'RunInstances', 'aws:RequestTag/env': 'prod', 'aws:TagKeys': ['env', 'x'] },
      ],
    ],
  ),
]
