import { createHmac } from 'node:crypto'
import type { ToolContext } from '@gateway/domain'
import type { ChangeInput } from './change-scope.ts'
import type { ChangeSetRequest } from './change-set.ts'
import { invalid, templateOf } from './template-source.ts'

/** What a caller wants of a stack. */
export interface WantedStack extends ChangeInput {
  readonly stackName: string
  readonly usePreviousTemplate?: boolean | undefined
  readonly parameters?:
    | readonly {
        readonly parameterKey: string
        readonly parameterValue?: string | undefined
        readonly usePreviousValue?: boolean | undefined
      }[]
    | undefined
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | undefined
}

/** The change set that a caller's input asks for; throws `invalid_arguments` before AWS is asked anything. */
export const requestOf = (
  context: ToolContext,
  type: ChangeSetRequest['type'],
  input: WantedStack,
): ChangeSetRequest => {
  const { stackName, parameters, capabilities, tags, roleArn } = input
  if (roleArn !== undefined && roleArn.split(':')[4] !== context.account.accountId) {
    throw invalid(`roleArn: must be a role of account ${context.account.alias}.`)
  }
  const request = {
    ...templateMembers(context, input),
    ...(parameters && { Parameters: parameters.map(parameterOf) }),
    ...(capabilities && { Capabilities: [...capabilities] as never }),
    ...(tags && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
    ...(roleArn !== undefined && { RoleARN: roleArn }),
  }
  // A plan has one of its own: it takes its change set back, which may not be one that somebody is asked about.
  const name = nameOf(context, [type, input.mode ?? 'plan', stackName, request])
  return { type, stackName, name, request }
}

/**
 * A name that the same call of the same caller finds again. The roles have the account's external ids, without which
 * nobody can lay a change set of that name in its way.
 */
const nameOf = ({ grant, account, region }: ToolContext, of: readonly unknown[]): string => {
  const key = JSON.stringify([account.accountId, account.roles])
  const text = JSON.stringify([grant.tenant.id, grant.principal.id, region, ...of])
  return `mcp-${createHmac('sha256', key).update(text).digest('hex').slice(0, 32)}`
}

const templateMembers = (context: ToolContext, input: WantedStack) => {
  if (!input.usePreviousTemplate) return templateOf(context, input)
  const { templateBody, templateBucket, templateKey } = input
  if ([templateBody, templateBucket, templateKey].every((each) => each === undefined)) {
    return { UsePreviousTemplate: true }
  }
  throw invalid('usePreviousTemplate: give either it or a template.')
}

const parameterOf = ({
  parameterKey,
  parameterValue,
  usePreviousValue = false,
}: NonNullable<WantedStack['parameters']>[number]) => {
  if ((parameterValue === undefined) !== usePreviousValue) {
    throw invalid(`parameters: give each either parameterValue or usePreviousValue.`)
  }
  return {
    ParameterKey: parameterKey,
    ...(usePreviousValue ? { UsePreviousValue: true } : { ParameterValue: parameterValue }),
  }
}
