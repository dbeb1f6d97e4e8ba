import { allow, casesOf, deny } from './policy-case.ts'

const resource = 'IAM JSON policy elements: Resource'
const wildcards = 'IAM JSON policy elements: Resource, "Using wildcards in resource ARNs"'
const notResource = 'IAM JSON policy elements: NotResource'
const queue = 'arn:aws:sqs:us-east-2:111122223333:orders'
const secret = 's3:GetObject arn:aws:s3:::vault'

/** Resource and NotResource. */
export const resourceCases = [
  ...casesOf(resource, allow({ Action: 'sqs:*', Resource: queue }), [
    ['allow', 'the queue itself', `sqs:SendMessage ${queue}`],
    ['implicit-deny', 'another queue', `sqs:SendMessage ${queue}2`],
    ['implicit-deny', 'one of another account', 'sqs:SendMessage arn:aws:sqs:us-east-2:444455556666:orders'],
    ['implicit-deny', 'one of another Region', 'sqs:SendMessage arn:aws:sqs:us-east-1:111122223333:orders'],
    ['implicit-deny', 'another case', 'sqs:SendMessage arn:aws:sqs:us-east-2:111122223333:Orders'],
    ['implicit-deny', 'an action without resource', 'sqs:ListQueues'],
    ['undecided: resource', 'a queue that is not known', 'sqs:SendMessage ?'],
    ['implicit-deny', 'another service, whatever the resource', 'sns:Publish ?'],
  ]),
  ...casesOf(resource, allow({ Action: 'iam:*', Resource: 'arn:aws:iam::111122223333:user/accounting/*' }), [
    ['allow', 'a user below a path', 'iam:GetUser arn:aws:iam::111122223333:user/accounting/ann'],
    ['allow', 'a user below a longer path', 'iam:GetUser arn:aws:iam::111122223333:user/accounting/eu/ann'],
    ['implicit-deny', 'a user beside it', 'iam:GetUser arn:aws:iam::111122223333:user/ann'],
    [
      'implicit-deny',
      'a group below the same path',
      'iam:GetUser arn:aws:iam::111122223333:group/accounting/ann',
    ],
  ]),
  ...casesOf(
    resource,
    allow({
      Action: 'dynamodb:*',
      Resource: [
        'arn:aws:dynamodb:us-east-2:111122223333:table/books',
        'arn:aws:dynamodb:us-east-2:111122223333:table/music',
      ],
    }),
    [
      ['allow', 'the first of two', 'dynamodb:GetItem arn:aws:dynamodb:us-east-2:111122223333:table/books'],
      ['allow', 'the second of two', 'dynamodb:GetItem arn:aws:dynamodb:us-east-2:111122223333:table/music'],
      ['implicit-deny', 'neither', 'dynamodb:GetItem arn:aws:dynamodb:us-east-2:111122223333:table/films'],
    ],
  ),
  ...casesOf(resource, allow({ Action: 'ec2:DescribeInstances' }), [
    ['allow', 'everything, for an action without resources', 'ec2:DescribeInstances'],
    ['allow', 'everything, for one that is not known', 'ec2:DescribeInstances ?'],
  ]),
  ...casesOf(wildcards, allow({ Action: 's3:*', Resource: 'arn:aws:s3:::shelf/*/test/*' }), [
    ['allow', 'two wildcards', 's3:GetObject arn:aws:s3:::shelf/1/test/a.jpg'],
    ['allow', 'a wildcard across slashes', 's3:GetObject arn:aws:s3:::shelf/1/2/test/3/a.jpg'],
    ['allow', 'a wildcard across colons of the resource', 's3:GetObject arn:aws:s3:::shelf/a:b/test/c:d'],
    ['allow', 'wildcards that stand for nothing', 's3:GetObject arn:aws:s3:::shelf//test/'],
    ['implicit-deny', 'without the middle', 's3:GetObject arn:aws:s3:::shelf/1/tests/a.jpg'],
    ['implicit-deny', 'only the bucket', 's3:GetObject arn:aws:s3:::shelf'],
  ]),
  ...casesOf(wildcards, allow({ Action: 's3:*', Resource: 'arn:aws:s3:::shelf/???' }), [
    ['allow', 'three characters', 's3:GetObject arn:aws:s3:::shelf/abc'],
    ['allow', 'three characters with a slash', 's3:GetObject arn:aws:s3:::shelf/a/c'],
    ['implicit-deny', 'two', 's3:GetObject arn:aws:s3:::shelf/ab'],
    ['implicit-deny', 'four', 's3:GetObject arn:aws:s3:::shelf/abcd'],
  ]),
  ...casesOf(wildcards, allow({ Action: 's3:*', Resource: 'arn:aws:s3:::shelf' }), [
    ['allow', 'a bucket', 's3:ListBucket arn:aws:s3:::shelf'],
    ['implicit-deny', 'not what is in it', 's3:GetObject arn:aws:s3:::shelf/a'],
  ]),
  ...casesOf(wildcards, allow({ Action: 's3:*', Resource: 'arn:aws:s3:::shelf*' }), [
    ['allow', 'a bucket', 's3:ListBucket arn:aws:s3:::shelf'],
    ['allow', 'what is in it', 's3:GetObject arn:aws:s3:::shelf/a/b'],
    ['allow', 'and other buckets that begin so', 's3:GetObject arn:aws:s3:::shelf-of-others/a'],
  ]),
  ...casesOf(wildcards, allow({ Action: 'ec2:*', Resource: 'arn:aws:ec2:*:111122223333:instance/i-*' }), [
    ['allow', 'any Region', 'ec2:StopInstances arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc'],
    [
      'implicit-deny',
      'another account',
      'ec2:StopInstances arn:aws:ec2:eu-west-1:444455556666:instance/i-0abc',
    ],
    [
      'implicit-deny',
      'another resource',
      'ec2:StopInstances arn:aws:ec2:eu-west-1:111122223333:volume/i-0abc',
    ],
    [
      'implicit-deny',
      'another service',
      'ec2:StopInstances arn:aws:ecs:eu-west-1:111122223333:instance/i-0abc',
    ],
    [
      'undecided: resource',
      'a wildcard that would have to stand for several segments',
      'ec2:StopInstances arn:aws:ec2:eu-west-1:444455556666:x:111122223333:instance/i-0abc',
    ],
  ]),
  ...casesOf(wildcards, allow({ Action: '*', Resource: 'arn:aws:lambda:eu-west-1:111122223333:*' }), [
    [
      'allow',
      'a last wildcard beyond the colons',
      'lambda:InvokeFunction arn:aws:lambda:eu-west-1:111122223333:function:pay:live',
    ],
    ['allow', 'one of fewer', 'lambda:GetLayerVersion arn:aws:lambda:eu-west-1:111122223333:layer:tools'],
  ]),
  ...casesOf(wildcards, allow({ Action: 'sns:*', Resource: 'arn:aws:sns:*' }), [
    [
      'allow',
      'a last wildcard in place of all that follows',
      'sns:Publish arn:aws:sns:eu-west-1:111122223333:news',
    ],
    ['implicit-deny', 'of another service', 'sns:Publish arn:aws:sqs:eu-west-1:111122223333:news'],
  ]),
  ...casesOf(
    notResource,
    [allow(), deny({ Action: 's3:*', NotResource: ['arn:aws:s3:::desk', 'arn:aws:s3:::desk/*'] })],
    [
      ['allow', 'the bucket that is left out', 's3:ListBucket arn:aws:s3:::desk'],
      ['allow', 'what is in it', 's3:GetObject arn:aws:s3:::desk/a'],
      ['explicit-deny', 'every other bucket', secret],
      ['explicit-deny', 'an action of S3 without resource', 's3:ListAllMyBuckets'],
      ['allow', 'other services', 'ec2:DescribeInstances'],
      ['undecided: resource', 'a bucket that is not known', 's3:GetObject ?'],
    ],
  ),
  ...casesOf(notResource, allow({ Action: 's3:GetObject', NotResource: 'arn:aws:s3:::vault/*' }), [
    ['allow', 'all but one', 's3:GetObject arn:aws:s3:::desk/a'],
    ['implicit-deny', 'that one', `${secret}/a`],
    ['allow', 'one that only begins so', `${secret}ed/a`],
  ]),
]
