import { allow, casesOf, deny } from './policy-case.ts'

/** Example policies for Regions, users, roles and tags, in other words. */
export const accountCases = [
  ...casesOf(
    'Example policies: AWS: denies access to AWS based on the requested Region',
    [
      allow(),
      deny({
        NotAction: ['cloudfront:*', 'iam:*', 'route53:*', 'support:*'],
        Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] } },
      }),
    ],
    [
      ['allow', 'in an approved Region', 'ec2:RunInstances', { 'aws:RequestedRegion': 'eu-west-1' }],
      ['explicit-deny', 'in another', 'ec2:RunInstances', { 'aws:RequestedRegion': 'us-east-1' }],
      ['allow', 'a global service, which has its own', 'iam:GetUser', { 'aws:RequestedRegion': 'us-east-1' }],
      [
        'undecided: aws:RequestedRegion',
        'in one that is not known',
        'ec2:RunInstances',
        { 'aws:RequestedRegion': undefined },
      ],
      [
        'allow',
        'a global service, wherever',
        'route53:ListHostedZones',
        { 'aws:RequestedRegion': undefined },
      ],
    ],
  ),
  ...casesOf(
    'Example policies: IAM: lets users manage their own credentials',
    [
      allow({
        Action: ['iam:*AccessKey*', 'iam:ChangePassword', 'iam:GetUser'],
        Resource: 'arn:aws:iam::*:user/${aws:username}',
      }),
    ],
    [
      [
        'allow',
        'the own keys',
        'iam:CreateAccessKey arn:aws:iam::111122223333:user/ann',
        { 'aws:username': 'ann' },
      ],
      [
        'implicit-deny',
        'those of another',
        'iam:CreateAccessKey arn:aws:iam::111122223333:user/bob',
        { 'aws:username': 'ann' },
      ],
      [
        'implicit-deny',
        'a user below a path',
        'iam:CreateAccessKey arn:aws:iam::111122223333:user/eu/ann',
        { 'aws:username': 'ann' },
      ],
    ],
  ),
  ...casesOf(
    'Granting a user permissions to pass a role to an AWS service',
    allow({
      Action: 'iam:PassRole',
      Resource: 'arn:aws:iam::111122223333:role/ec2-*',
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    }),
    [
      [
        'allow',
        'to the service',
        'iam:PassRole arn:aws:iam::111122223333:role/ec2-web',
        { 'iam:PassedToService': 'ec2.amazonaws.com' },
      ],
      [
        'implicit-deny',
        'to another',
        'iam:PassRole arn:aws:iam::111122223333:role/ec2-web',
        { 'iam:PassedToService': 'lambda.amazonaws.com' },
      ],
      [
        'implicit-deny',
        'another role',
        'iam:PassRole arn:aws:iam::111122223333:role/admin',
        { 'iam:PassedToService': 'ec2.amazonaws.com' },
      ],
    ],
  ),
  ...casesOf(
    'IAM tutorial: Define permissions to access AWS resources based on tags',
    [
      allow({
        Action: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
        Condition: {
          StringEquals: { 'aws:RequestTag/access-project': '${aws:PrincipalTag/access-project}' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['access-project', 'name'] },
        },
      }),
      deny({
        Action: 'secretsmanager:UntagResource',
        Condition: { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'access-*' } },
      }),
      allow({ Action: 'secretsmanager:UntagResource' }),
    ],
    [
      [
        'allow',
        'a secret of the own project',
        'secretsmanager:CreateSecret',
        {
          'aws:RequestTag/access-project': 'peg',
          'aws:PrincipalTag/access-project': 'peg',
          'aws:TagKeys': ['access-project'],
        },
      ],
      [
        'implicit-deny',
        'of another project',
        'secretsmanager:CreateSecret',
        {
          'aws:RequestTag/access-project': 'uni',
          'aws:PrincipalTag/access-project': 'peg',
          'aws:TagKeys': ['access-project'],
        },
      ],
      [
        'explicit-deny',
        'to take away a tag of access',
        'secretsmanager:UntagResource',
        { 'aws:TagKeys': ['name', 'access-project'] },
      ],
      ['allow', 'to take away another', 'secretsmanager:UntagResource', { 'aws:TagKeys': ['name'] }],
    ],
  ),
]
