import type { AwsRequest } from './aws.ts'
import type { Operation } from './aws-calls.ts'
import { GatewayError } from './errors.ts'
import { iamActionsOf } from './iam-actions.ts'

/** The actions of a request where the operation declares them; one that names what it sends sends nothing else. */
export const declaredActions = (
  { sends, iamActions, checks = [] }: Operation,
  { service, operation, input }: AwsRequest,
): readonly string[] | undefined => {
  const needed = iamActionsOf(service, operation, input)
  const beyond = needed.filter((action) => !iamActions.includes(action))
  if (beyond.length === 0)
    return sends === undefined ||
      sends === `${service}:${operation}` ||
      needed.every((each) => checks.includes(each))
      ? needed
      : undefined
  if (sends !== `${service}:${operation}`) return undefined
  // The index of operations may name the one action of an operation otherwise.
  if (needed.length === 1) return [iamActions[0] ?? sends]
  // What some member of the input needs beside: the class of the call does not go by it, so nothing has allowed it.
  throw new GatewayError(
    'invalid_arguments',
    `With these params ${operation} also takes ${beyond.join(', ')}, which this call may not use; it was not sent. ` +
      'Leave those params out, and do that part by the operation of its own (aws_api_search finds it).',
  )
}
