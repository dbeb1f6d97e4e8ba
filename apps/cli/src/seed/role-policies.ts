/** The gateway in its own account, which in the sandbox is the one that moto takes unknown keys for. */
const gatewayRole = { AWS: 'arn:aws:iam::123456789012:role/mcp-gateway' }

/**
 * Who may become a role of the gateway, in three statements: the gateway with the tenant's own ExternalId, and
 * what it may say about its caller (IAM User Guide, "Granting permissions to pass session tags").
 */
export const gatewayTrust = (externalId: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'GatewayWithExternalId',
      Effect: 'Allow',
      Principal: gatewayRole,
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': externalId } },
    },
    { Sid: 'NamesItsCaller', Effect: 'Allow', Principal: gatewayRole, Action: 'sts:SetSourceIdentity' },
    {
      Sid: 'TagsItsSession',
      Effect: 'Allow',
      Principal: gatewayRole,
      Action: 'sts:TagSession',
      Condition: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['mcp:tenant', 'mcp:user', 'mcp:client'] },
      },
    },
  ],
})

/** Who may run the sandbox's functions. */
export const lambdaTrust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
}

const readStatement = {
  Sid: 'Read',
  Effect: 'Allow',
  Action: [
    'cloudformation:Describe*',
    'cloudformation:Get*',
    'cloudformation:List*',
    'cloudwatch:Describe*',
    'cloudwatch:Get*',
    'cloudwatch:List*',
    'ec2:Describe*',
    'lambda:Get*',
    'lambda:List*',
    'logs:Describe*',
    'logs:FilterLogEvents',
    'logs:Get*',
    's3:Get*',
    's3:List*',
    'sts:GetCallerIdentity',
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
        's3:DeleteObject',
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
