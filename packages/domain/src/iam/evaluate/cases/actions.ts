import { allow, casesOf, deny } from './policy-case.ts'

const action = 'IAM JSON policy elements: Action'
const notAction = 'IAM JSON policy elements: NotAction'

/** Action and NotAction. */
export const actionCases = [
  ...casesOf(action, allow({ Action: 's3:GetObject' }), [
    ['allow', 'the action itself', 's3:GetObject'],
    ['allow', 'a prefix in capitals', 'S3:GetObject'],
    ['allow', 'an action in small letters', 's3:getobject'],
    ['implicit-deny', 'a longer name', 's3:GetObjectAcl'],
    ['implicit-deny', 'a shorter name', 's3:GetObjec'],
    ['implicit-deny', 'the same name of another service', 's3express:GetObject'],
    ['implicit-deny', 'another action', 's3:PutObject'],
  ]),
  ...casesOf(action, allow({ Action: ['SQS:sendmessage', 'sqs:ReceiveMessage', 'iam:ChangePassword'] }), [
    ['allow', 'the first of a list, written otherwise', 'sqs:SendMessage'],
    ['allow', 'another of a list', 'sqs:ReceiveMessage'],
    ['allow', 'one of another service', 'iam:ChangePassword'],
    ['implicit-deny', 'none of a list', 'sqs:DeleteMessage'],
  ]),
  ...casesOf(action, allow({ Action: 's3:*' }), [
    ['allow', 'any of a service', 's3:DeleteBucket'],
    ['implicit-deny', 'of a service whose prefix begins alike', 's3-outposts:DeleteBucket'],
    ['implicit-deny', 'of another service', 'ec2:DescribeInstances'],
  ]),
  ...casesOf(action, allow({ Action: 'iam:*AccessKey*' }), [
    ['allow', 'wildcards before and after', 'iam:CreateAccessKey'],
    ['allow', 'a wildcard that stands for something', 'iam:ListAccessKeys'],
    ['allow', 'in the middle', 'iam:GetAccessKeyLastUsed'],
    ['implicit-deny', 'without the middle', 'iam:ListUsers'],
  ]),
  ...casesOf(action, allow({ Action: ['ec2:Describe*', 'ec2:?etPasswordData', 'ec2:*Tags'] }), [
    ['allow', 'a wildcard at the end', 'ec2:DescribeInstances'],
    ['allow', 'a wildcard at the end that stands for nothing', 'ec2:Describe'],
    ['allow', 'one character', 'ec2:GetPasswordData'],
    ['implicit-deny', 'one character that is not there', 'ec2:etPasswordData'],
    ['implicit-deny', 'two characters', 'ec2:ForgetPasswordData'],
    ['allow', 'a wildcard at the beginning', 'ec2:CreateTags'],
    ['implicit-deny', 'more after the end', 'ec2:CreateTagsNow'],
  ]),
  ...casesOf(action, allow({ Action: 'iam:*User*List?' }), [
    ['allow', 'several wildcards', 'iam:GetUserAndGroupLists'],
    ['implicit-deny', 'the last one missing', 'iam:GetUserAndGroupList'],
    ['allow', 'parts that come twice', 'iam:UserUserListListX'],
  ]),
  ...casesOf(action, allow(), [
    ['allow', 'everything', 'ec2:RunInstances'],
    ['allow', 'of a service that nobody named', 'quantum:Leap'],
  ]),
  ...casesOf(notAction, allow({ NotAction: 's3:DeleteBucket', Resource: 'arn:aws:s3:::*' }), [
    ['allow', 'all other actions of S3', 's3:PutObject arn:aws:s3:::shelf/a'],
    ['implicit-deny', 'the one that is left out', 's3:DeleteBucket arn:aws:s3:::shelf'],
    ['implicit-deny', 'the one that is left out, in small letters', 's3:deletebucket arn:aws:s3:::shelf'],
    [
      'implicit-deny',
      'other services, for their resources',
      'ec2:StopInstances arn:aws:ec2:eu-west-1:111122223333:instance/i-1',
    ],
  ]),
  ...casesOf(notAction, allow({ NotAction: 'iam:*' }), [
    ['allow', 'every service but one', 'ec2:RunInstances'],
    ['implicit-deny', 'that one', 'iam:CreateUser'],
    ['allow', 'a service whose prefix is longer', 'iamx:CreateUser'],
  ]),
  ...casesOf(
    notAction,
    [
      allow(),
      deny({
        NotAction: ['iam:CreateVirtualMFADevice', 'iam:EnableMFADevice', 'iam:List*', 'sts:GetSessionToken'],
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      }),
    ],
    [
      [
        'explicit-deny',
        'all else without MFA',
        'ec2:StopInstances',
        { 'aws:MultiFactorAuthPresent': 'false' },
      ],
      ['explicit-deny', 'all else with keys that know no MFA', 'ec2:StopInstances'],
      ['allow', 'what enables MFA', 'iam:EnableMFADevice', { 'aws:MultiFactorAuthPresent': 'false' }],
      ['allow', 'what a pattern leaves out', 'iam:ListUsers', { 'aws:MultiFactorAuthPresent': 'false' }],
      ['allow', 'all else with MFA', 'ec2:StopInstances', { 'aws:MultiFactorAuthPresent': 'true' }],
    ],
  ),
  ...casesOf(
    notAction,
    [allow({ NotAction: 'iam:*' }), allow({ Action: 'iam:GetUser' })],
    [
      ['allow', 'what one statement leaves out and another allows', 'iam:GetUser'],
      ['implicit-deny', 'what it leaves out is not denied, but nobody allows it', 'iam:DeleteUser'],
    ],
  ),
]
