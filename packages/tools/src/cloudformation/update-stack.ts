import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { boundedList, boundedText } from '../bounded-text.ts'
import { requestOf } from './change-request.ts'
import { changeActions, scopeOfChange, scopesOfChange } from './change-scope.ts'
import { stackAnswer } from './stack-answer.ts'
import {
  changeFields,
  confirmChanges,
  endedResources,
  makeChanges,
  takeBackChanges,
} from './stack-changes.ts'

/** CloudFormation CreateChangeSet and ExecuteChangeSet for a stack that is there. */
export const cloudformationUpdateStack = defineTool({
  name: 'aws_cloudformation_update_stack',
  title: 'Update a CloudFormation stack',
  description:
    'Plans what a stack would add, change, replace or remove; with mode apply does it, after confirmation, and follows it.',
  access: 'destructive',
  iamActions: changeActions,
  idempotent: true,
  pack: 'infrastructure',
  taskSupport: 'optional',
  asksBeforeTask: true,
  scopeOf: (input, _api, tenant) => scopeOfChange(input, 'destructive', tenant),
  scopes: scopesOfChange('destructive'),
  input: z.strictObject({
    ...changeFields,
    usePreviousTemplate: z.boolean().optional(),
    parameters: boundedList(
      z.strictObject({
        parameterKey: boundedText(255),
        parameterValue: boundedText(4096, { least: 0 }).optional(),
        usePreviousValue: z.boolean().optional(),
      }),
      200,
    ).optional(),
  }),
  output: stackAnswer,
  async confirm(context, input) {
    const request = requestOf(context, 'UPDATE', input)
    if (input.mode !== 'apply') return undefined
    return confirmChanges(
      context,
      request,
      (changes) => {
        const ended = endedResources(changes)
        const end = ended && `, of them ${ended}, which cannot be undone`
        return `Updates stack ${input.stackName}: ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}${end}.`
      },
      input,
    )
  },
  unconfirmed: (context, input) => takeBackChanges(context, requestOf(context, 'UPDATE', input)),
  async run(context, input) {
    return makeChanges(context, requestOf(context, 'UPDATE', input), input.mode === 'apply')
  },
})
