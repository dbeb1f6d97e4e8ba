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
 * except in S3, Lambda and Budgets; of the permissions that an operation needs beside its own only iam:PassRole is here.
 */
export const neededPermissions = (call: AwsCall, account: string): readonly Permission[] | undefined => {
  if (call.service === 's3') return s3Permissions(call)
  const name =
    call.service === 'lambda' ? lambdaAction(call) : (actionOf[call.operation ?? ''] ?? call.operation)
  if (name === undefined) return undefined
  const passed = passedRoles(call, account)
  return [
    { action: `${call.service}:${name}`, resources: arnsOf(call, name, account) },
    ...(passed.length > 0 ? [{ action: 'iam:PassRole', resources: passed }] : []),
  ]
}

/** Roles that a request hands to a service. The one in an instance profile is taken to have the profile's name. */
const passedRoles = (call: AwsCall, account: string): readonly string[] => {
  if (call.service === 'iam' || call.service === 'sts') return []
  const ofRole = (name: string) => `arn:aws:iam::${account}:role/${name}`
  return [
    ...['Role', 'RoleArn', 'RoleARN', 'roleArn'].flatMap((name) =>
      call.values(name).filter((arn) => /^arn:aws[\w-]*:iam::\d{12}:role\//.test(arn)),
    ),
    ...call.values('IamInstanceProfile.Name').map(ofRole),
    ...call.values('IamInstanceProfile.Arn').map((arn) => ofRole(arn.slice(arn.lastIndexOf('/') + 1))),
  ]
}

/** Of services that name a permission otherwise than their operation (Service Authorization Reference, "AWS Budget Service"). */
const actionOf: Readonly<Record<string, string>> = { DescribeBudgets: 'ViewBudget' }
