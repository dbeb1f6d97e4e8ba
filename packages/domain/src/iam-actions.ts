import { apiGatewayActions } from './iam/api-gateway-actions.ts'
import { dynamodbActions, dynamodbTables } from './iam/dynamodb-actions.ts'
import { s3Actions, s3Extras, s3Possible } from './iam/s3-actions.ts'
import { tagActions } from './iam/tag-actions.ts'

/**
 * IAM actions that AWS demands for one request, its own first. For 94 % of operations operation and action have one name;
 * the rest is mapped by hand (AWS Service Authorization Reference). A role that the input passes on is not among them:
 * which members do that only the operation index knows.
 */
export const iamActionsOf = (service: string, operation: string, input: object): readonly string[] => {
  const has = (member: string): boolean => memberOf(input, member) !== undefined
  const own = ownActions(service, operation, input)
  return [...new Set([...own, ...extraActions(service, operation, has)])]
}

/**
 * Every IAM action that a request of an operation may need, its own first. `members` are those of its input, since some
 * of them need an action of their own.
 */
export const possibleIamActions = (
  service: string,
  operation: string,
  members: readonly string[],
): PossibleActions => ({
  own: possibleOwn(service, operation),
  extra: extraActions(service, operation, (member) => members.includes(member)),
})

/** The actions of an operation itself, and those that only some members of its input need. */
export interface PossibleActions {
  readonly own: readonly string[]
  readonly extra: readonly string[]
}

const ownActions = (service: string, operation: string, input: object): readonly string[] => {
  if (service === 's3') return s3Actions(operation, input) ?? [`s3:${operation}`]
  if (service === 'dynamodb') return dynamodbActions(operation, input) ?? [`dynamodb:${operation}`]
  return possibleOwn(service, operation)
}

const possibleOwn = (service: string, operation: string): readonly string[] => {
  const name = `${service}:${operation}`
  if (service === 's3') return s3Possible(operation) ?? [name]
  if (service === 'dynamodb') return dynamodbTables.get(operation) ?? [name]
  if (service === 'apigateway') return apiGatewayActions(operation)
  return renamed.get(name) ?? [name]
}

const extraActions = (service: string, operation: string, has: (member: string) => boolean): string[] => [
  ...(service === 's3' ? s3Extras(operation, has) : []),
  ...(extras.get(`${service}:${operation}`) ?? [])
    .filter(([member]) => has(member))
    .map(([, action]) => `${service}:${action}`),
  ...tagActions(service, operation, has),
]

const memberOf = (input: object, member: string): unknown =>
  Object.hasOwn(input, member) ? (input as Readonly<Record<string, unknown>>)[member] : undefined

/** Operations of other services whose action has another name, or that need several. */
const renamed: ReadonlyMap<string, readonly string[]> = new Map([
  ['access-analyzer:GetFindingV2', ['access-analyzer:GetFinding']],
  ['access-analyzer:ListFindingsV2', ['access-analyzer:ListFindings']],
  ...[
    'CreateBudget',
    'CreateNotification',
    'CreateSubscriber',
    'DeleteBudget',
    'DeleteNotification',
    'DeleteSubscriber',
    'UpdateBudget',
    'UpdateNotification',
    'UpdateSubscriber',
  ].map((operation): [string, string[]] => [`budgets:${operation}`, ['budgets:ModifyBudget']]),
  ...[
    'DescribeBudget',
    'DescribeBudgets',
    'DescribeBudgetNotificationsForAccount',
    'DescribeBudgetPerformanceHistory',
    'DescribeNotificationsForBudget',
    'DescribeSubscribersForNotification',
  ].map((operation): [string, string[]] => [`budgets:${operation}`, ['budgets:ViewBudget']]),
  ['cloudfront:CreateDistributionWithTags', ['cloudfront:CreateDistribution', 'cloudfront:TagResource']],
  ['kms:ReEncrypt', ['kms:ReEncryptFrom', 'kms:ReEncryptTo']],
  ['lambda:GetLayerVersionByArn', ['lambda:GetLayerVersion']],
  ['lambda:Invoke', ['lambda:InvokeFunction']],
  ['lambda:InvokeWithResponseStream', ['lambda:InvokeFunction']],
  ['sns:PublishBatch', ['sns:Publish']],
  ['sqs:ChangeMessageVisibilityBatch', ['sqs:ChangeMessageVisibility']],
  ['sqs:DeleteMessageBatch', ['sqs:DeleteMessage']],
  ['sqs:SendMessageBatch', ['sqs:SendMessage']],
])

/** Members of an input that need an action beside that of the operation. */
const extras: ReadonlyMap<string, readonly (readonly [member: string, action: string])[]> = new Map([
  ['apigateway:CreateRestApi', [['policy', 'UpdateRestApiPolicy']]],
  ['apigateway:ImportRestApi', [['body', 'UpdateRestApiPolicy']]],
  ['apigateway:PutRestApi', [['body', 'UpdateRestApiPolicy']]],
  ['apigateway:UpdateRestApi', [['patchOperations', 'UpdateRestApiPolicy']]],
  ['dynamodb:CreateTable', [['ResourcePolicy', 'PutResourcePolicy']]],
])
