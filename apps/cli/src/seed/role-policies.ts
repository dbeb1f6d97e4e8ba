/** The gateway in its own account, which in the sandbox is the one that moto takes unknown keys for. */
export const gatewayPrincipalArn = 'arn:aws:iam::123456789012:role/mcp-gateway'

/** Who may run the sandbox's functions. */
export const lambdaTrust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
}

const readStatement = {
  Sid: 'Read',
  Effect: 'Allow',
  Action: [
    'budgets:ViewBudget',
    'ce:Get*',
    'cloudformation:Describe*',
    'cloudformation:Detect*',
    'cloudformation:Get*',
    'cloudformation:List*',
    'cloudformation:ValidateTemplate',
    'cloudwatch:Describe*',
    'cloudwatch:Get*',
    'cloudwatch:List*',
    'dynamodb:Describe*',
    'dynamodb:List*',
    'ec2:Describe*',
    'iam:Get*',
    'iam:List*',
    'lambda:Get*',
    'lambda:List*',
    'logs:Describe*',
    'logs:FilterLogEvents',
    'logs:Get*',
    'logs:StartQuery',
    'logs:StopQuery',
    'rds:Describe*',
    's3:Get*',
    's3:List*',
    'servicequotas:Get*',
    'servicequotas:List*',
    'sns:Get*',
    'sns:List*',
    'sqs:Get*',
    'sqs:List*',
    'sts:GetCallerIdentity',
    'tag:Get*',
  ],
  Resource: '*',
}

export const readPolicy = { Version: '2012-10-17', Statement: [readStatement] }

/** What operators may change, less what no gateway may ever do. */
export const writePolicy = {
  Version: '2012-10-17',
  Statement: [
    readStatement,
    {
      Sid: 'Write',
      Effect: 'Allow',
      Action: [
        'cloudformation:*',
        'cloudwatch:PutMetricAlarm',
        'cloudwatch:SetAlarmState',
        'ec2:*',
        'lambda:InvokeFunction',
        'lambda:UpdateFunction*',
        'logs:*',
        's3:DeleteObject*',
        's3:PutObject',
        'sns:*',
        'sqs:*',
      ],
      Resource: '*',
    },
    {
      Sid: 'Never',
      Effect: 'Deny',
      Action: [
        'account:*',
        'cloudtrail:DeleteTrail',
        'cloudtrail:StopLogging',
        'iam:*',
        'kms:ScheduleKeyDeletion',
        'organizations:*',
        'sts:AssumeRole',
      ],
      Resource: '*',
    },
  ],
}
