import type { AwsCall } from './aws-call.ts'
import { lambdaAction } from './lambda-action.ts'
import { arnsOf } from './resource-arns.ts'
import { s3Permissions } from './s3-permissions.ts'

/** One permission that a request needs. */
export interface Permission {
  readonly action: string
  /** ARNs, `*`, or `unknown`: each of them must be allowed. */
  readonly resources: readonly string[]
}

/**
 * What IAM asks for a request of an account, or undefined where the judge does not know. The action is the operation
 * except in S3, Lambda and Budgets; permissions that an operation needs beside its own (iam:PassRole, ec2:CreateTags) are not here.
 */
export const neededPermissions = (call: AwsCall, account: string): readonly Permission[] | undefined => {
  if (call.service === 's3') return s3Permissions(call)
  const name =
    call.service === 'lambda' ? lambdaAction(call) : (actionOf[call.operation ?? ''] ?? call.operation)
  if (name === undefined) return undefined
  return [{ action: `${call.service}:${name}`, resources: arnsOf(call, name, account) }]
}

/** Of services that name a permission otherwise than their operation (Service Authorization Reference, "AWS Budget Service"). */
const actionOf: Readonly<Record<string, string>> = { DescribeBudgets: 'ViewBudget' }
