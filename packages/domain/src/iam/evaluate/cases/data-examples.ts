import { allow, casesOf, deny } from './policy-case.ts'

const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/scores'

/** Example policies for DynamoDB and S3, of the guides of IAM and of the services, in other words. */
export const dataCases = [
  ...casesOf(
    'Example policies: DynamoDB: allows access to a specific table',
    [
      allow({ Action: ['dynamodb:List*', 'dynamodb:DescribeLimits'] }),
      allow({
        Action: ['dynamodb:BatchGet*', 'dynamodb:Get*', 'dynamodb:PutItem', 'dynamodb:Query'],
        Resource: 'arn:aws:dynamodb:*:*:table/scores',
      }),
    ],
    [
      ['allow', 'lists of tables', 'dynamodb:ListTables'],
      ['allow', 'the table', `dynamodb:Query ${table}`],
      ['implicit-deny', 'an index of the table is another resource', `dynamodb:Query ${table}/index/by-name`],
      ['implicit-deny', 'another table', `dynamodb:Query ${table}2`],
      ['implicit-deny', 'to delete from it', `dynamodb:DeleteItem ${table}`],
    ],
  ),
  ...casesOf(
    'DynamoDB Developer Guide: Using IAM policy conditions for fine-grained access control',
    allow({
      Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      Resource: table,
      Condition: {
        'ForAllValues:StringEquals': {
          'dynamodb:LeadingKeys': ['${www.amazon.com:user_id}'],
          'dynamodb:Attributes': ['UserId', 'TopScore'],
        },
        StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
      },
    }),
    [
      [
        'allow',
        'the own items and listed attributes',
        `dynamodb:GetItem ${table}`,
        {
          'dynamodb:LeadingKeys': ['u1'],
          'dynamodb:Attributes': ['UserId', 'TopScore'],
          'www.amazon.com:user_id': 'u1',
          'dynamodb:Select': 'SPECIFIC_ATTRIBUTES',
        },
      ],
      [
        'implicit-deny',
        'items of two users',
        `dynamodb:GetItem ${table}`,
        {
          'dynamodb:LeadingKeys': ['u1', 'u2'],
          'dynamodb:Attributes': ['UserId'],
          'www.amazon.com:user_id': 'u1',
        },
      ],
      [
        'implicit-deny',
        'all attributes',
        `dynamodb:GetItem ${table}`,
        {
          'dynamodb:LeadingKeys': ['u1'],
          'dynamodb:Attributes': ['UserId'],
          'www.amazon.com:user_id': 'u1',
          'dynamodb:Select': 'ALL_ATTRIBUTES',
        },
      ],
      [
        'allow',
        'an operation that has no Select',
        `dynamodb:UpdateItem ${table}`,
        {
          'dynamodb:LeadingKeys': ['u1'],
          'dynamodb:Attributes': ['TopScore'],
          'www.amazon.com:user_id': 'u1',
        },
      ],
    ],
  ),
  ...casesOf(
    'Example policies: S3: allows IAM users access to their S3 home directory',
    [
      allow({ Action: ['s3:ListAllMyBuckets', 's3:GetBucketLocation'] }),
      allow({
        Action: 's3:ListBucket',
        Resource: 'arn:aws:s3:::homes',
        Condition: { StringLike: { 's3:prefix': ['', 'home/', 'home/${aws:username}/*'] } },
      }),
      allow({
        Action: 's3:*',
        Resource: ['arn:aws:s3:::homes/home/${aws:username}', 'arn:aws:s3:::homes/home/${aws:username}/*'],
      }),
    ],
    [
      ['allow', 'a list of buckets', 's3:ListAllMyBuckets'],
      [
        'allow',
        'a list of the own folder',
        's3:ListBucket arn:aws:s3:::homes',
        { 's3:prefix': 'home/ann/x', 'aws:username': 'ann' },
      ],
      [
        'implicit-deny',
        'a list of another folder',
        's3:ListBucket arn:aws:s3:::homes',
        { 's3:prefix': 'home/bob/', 'aws:username': 'ann' },
      ],
      [
        'implicit-deny',
        'a list without prefix, which is no empty one',
        's3:ListBucket arn:aws:s3:::homes',
        { 'aws:username': 'ann' },
      ],
      [
        'allow',
        'objects of the own folder',
        's3:PutObject arn:aws:s3:::homes/home/ann/x',
        { 'aws:username': 'ann' },
      ],
      [
        'implicit-deny',
        'objects of another',
        's3:PutObject arn:aws:s3:::homes/home/bob/x',
        { 'aws:username': 'ann' },
      ],
    ],
  ),
  ...casesOf(
    'S3 User Guide: Requiring encryption of objects',
    [
      allow({ Action: 's3:PutObject', Resource: 'arn:aws:s3:::shelf/*' }),
      deny({
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::shelf/*',
        Condition: { Null: { 's3:x-amz-server-side-encryption': 'true' } },
      }),
      deny({
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::shelf/*',
        Condition: { StringNotEqualsIfExists: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
      }),
    ],
    [
      [
        'allow',
        'encrypted by KMS',
        's3:PutObject arn:aws:s3:::shelf/a',
        { 's3:x-amz-server-side-encryption': 'aws:kms' },
      ],
      [
        'explicit-deny',
        'encrypted otherwise',
        's3:PutObject arn:aws:s3:::shelf/a',
        { 's3:x-amz-server-side-encryption': 'AES256' },
      ],
      ['explicit-deny', 'not encrypted', 's3:PutObject arn:aws:s3:::shelf/a'],
      [
        'undecided: s3:x-amz-server-side-encryption',
        'not known',
        's3:PutObject arn:aws:s3:::shelf/a',
        { 's3:x-amz-server-side-encryption': undefined },
      ],
    ],
  ),
]
