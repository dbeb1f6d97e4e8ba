import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { boundedList, boundedText } from '../bounded-text.ts'
import { requestOf } from './change-request.ts'
import { changeActions, scopeOfChange, scopesOfChange } from './change-scope.ts'
import { stackAnswer } from './stack-answer.ts'
import { changeFields, confirmChanges, makeChanges, takeBackChanges } from './stack-changes.ts'

/** CloudFormation CreateChangeSet and ExecuteChangeSet for a stack that is not there yet. */
export const cloudformationCreateStack = defineTool({
  name: 'aws_cloudformation_create_stack',
  title: 'Create a CloudFormation stack',
  description:
    'Plans a new stack; with mode apply makes it, after confirmation, and follows it to its outputs or failures.',
  // Hosts see the worst that a template may do; what a call may do is for `scopeOf`.
  access: 'destructive',
  iamActions: changeActions,
  idempotent: true,
  pack: 'infrastructure',
  taskSupport: 'optional',
  asksBeforeTask: true,
  scopeOf: (input, _api, tenant) => scopeOfChange(input, 'spend', tenant),
  scopes: scopesOfChange('spend'),
  input: z.strictObject({
    ...changeFields,
    parameters: boundedList(
      z.strictObject({ parameterKey: boundedText(255), parameterValue: boundedText(4096, { least: 0 }) }),
      200,
    ).optional(),
  }),
  output: stackAnswer,
  async confirm(context, input) {
    const request = requestOf(context, 'CREATE', input)
    if (input.mode !== 'apply') return undefined
    const { stackName, capabilities = [] } = input
    const iam = capabilities.length > 0 ? `, which may change permissions (${capabilities.join(', ')})` : ''
    return confirmChanges(
      context,
      request,
      ({ length }) =>
        `Creates stack ${stackName} with ${length} ${length === 1 ? 'resource' : 'resources'}${iam}; deleting the stack undoes it.`,
      input,
    )
  },
  unconfirmed: (context, input) => takeBackChanges(context, requestOf(context, 'CREATE', input)),
  async run(context, input) {
    return makeChanges(context, requestOf(context, 'CREATE', input), input.mode === 'apply')
  },
})
