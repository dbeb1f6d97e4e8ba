import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { faultOf } from './aws-fault.ts'

/** What a caller is told of an exception of the SDK. */
const told = (action: string, name: string, { message = 'words of AWS', status = 400 } = {}) => {
  const thrown = Object.assign(new Error(message), {
    name,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status, requestId: 'req-1' },
  })
  const error = faultOf(thrown, { action })
  expect(error).toBeInstanceOf(GatewayError)
  expect(error.message).not.toContain(message)
  return error.message
}

test.for([
  ['ec2:RunInstances', 'UnauthorizedOperation', 'aws_check_access'],
  ['iam:GetRole', 'AccessDenied', 'permissions boundary'],
  ['lambda:Invoke', 'AccessDeniedException', 'another policy'],
  ['sns:Publish', 'AuthorizationErrorException', 'does not allow this action'],
  ['s3:GetObject', 'AccessDenied', 'Or the bucket does not belong to this account.'],
  ['ec2:DescribeInstances', 'OptInRequired', 'not be enabled'],
  ['ec2:DescribeInstances', 'AuthFailure', 'not be enabled'],
  ['logs:StartQuery', 'UnrecognizedClientException', 'not be enabled'],
  ['ec2:DescribeInstances', 'RequestExpired', 'Call again.'],
  ['lambda:Invoke', 'ExpiredTokenException', 'Call again.'],
  ['ec2:TerminateInstances', 'OperationNotPermitted', 'Turn protection off first'],
  ['s3:GetObject', 'PermanentRedirect', 'aws_s3_list_buckets'],
  ['s3:GetObject', 'AuthorizationHeaderMalformed', 'another region'],
  ['s3:CreateBucket', 'IllegalLocationConstraintException', 'another region'],
  ['s3:PutObject', 'PreconditionFailed', 'overwrite only'],
  ['s3:GetObject', 'InvalidRange', 'within its size'],
  ['s3:GetObject', 'InvalidObjectState', 'Restore it first'],
  ['iam:CreateRole', 'EntityAlreadyExists', 'exists already'],
  ['ec2:StartInstances', 'IncorrectInstanceState', 'Look at its state'],
  ['ec2:RunInstances', 'VcpuLimitExceeded', 'aws_cost_and_quotas'],
  ['lambda:CreateFunction', 'ServiceQuotaExceededException', 'aws_cost_and_quotas'],
  ['ec2:DescribeInstances', 'RequestLimitExceeded', 'throttles'],
  ['ec2:DescribeInstances', 'InvalidInstanceID.NotFound', 'Check name, account and region'],
  ['s3:GetObject', 'NoSuchBucket', 'Check name, account and region'],
  ['logs:StartQuery', 'ResourceNotFoundException', 'Check name, account and region'],
  ['ec2:RunInstances', 'InvalidParameterValue', 'Correct the argument'],
  ['cloudformation:CreateStack', 'ValidationError', 'Correct the argument'],
  ['ec2:RunInstances', 'MissingParameter', 'Correct the argument'],
] as const)('%s %s says what to do', ([action, code, advice]) => {
  const text = told(action, code)
  expect(text.startsWith(`AWS refused ${action}: ${code}. `)).toBe(true)
  expect(text).toContain(advice)
})

test.for([
  ['Http301', 301, 'another region'],
  ['Http403', 403, 'does not belong to this account'],
  ['Http404', 404, 'Check name'],
  ['Http412', 412, 'exists already'],
] as const)('an answer without a body is judged by its status: %s', ([code, status, advice]) => {
  expect(told('s3:HeadObject', 'Unknown', { status })).toMatch(new RegExp(`: ${code}\\. .*${advice}`))
})

test('where one code has many reasons, the words of AWS choose among ours', () => {
  const of = (message: string) => told('cloudformation:DescribeStacks', 'ValidationError', { message })
  expect(of('Stack with id x does not exist')).toContain('Check name')
  expect(of('Stack [x] already exists')).toContain('exists already')
  expect(of('Stack [x] cannot be deleted while TerminationProtection is enabled')).toContain('protected')
})

test('a fault of AWS may have changed something all the same, and no capacity is not one', () => {
  expect(told('ec2:RunInstances', 'InternalError', { status: 500 })).toContain('a change was made')
  expect(told('ec2:RunInstances', 'InsufficientInstanceCapacity', { status: 500 })).toContain('type or zone')
})

test('what nobody knows has no advice', () => {
  expect(told('ec2:RunInstances', 'SomethingElse')).toBe('AWS refused ec2:RunInstances: SomethingElse.')
})
