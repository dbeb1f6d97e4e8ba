import { bodyText, defineTool } from '@gateway/domain'
import { z } from 'zod'
import { patternedText } from '../bounded-text.ts'
import { goesByCost, judgingReads } from '../cost-guard/judged-scope.ts'
import { typedAws } from '../typed-aws.ts'
import { demandOwnRegion, functionName } from './function-name.ts'
import { payload, payloadText } from './payload.ts'

/** Most bytes of what the function answered: what a model can still read. */
const answerLimit = 65_536
const logLimit = 4_096

/** Lambda Invoke. */
export const lambdaInvoke = defineTool({
  name: 'aws_lambda_invoke',
  title: 'Invoke a Lambda function',
  description: 'Invokes a Lambda function; logType Tail adds the end of its log.',
  access: 'write',
  iamActions: ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'],
  idempotent: false,
  pack: 'resources',
  input: z
    .strictObject({
      functionName,
      payload,
      invocationType: z.enum(['RequestResponse', 'Event', 'DryRun']).optional(),
      logType: z.enum(['None', 'Tail']).optional(),
      qualifier: patternedText(/^(\$LATEST|[\w-]{1,128})$/, 'a version or alias').optional(),
    })
    .refine(
      ({ logType, invocationType = 'RequestResponse' }) =>
        logType !== 'Tail' || invocationType === 'RequestResponse',
      {
        path: ['logType'],
        message: 'Tail only where the function is waited for (RequestResponse)',
      },
    ),
  output: z.object({
    status: z.number().describe('HTTP status: 200 done, 202 queued, 204 dry run'),
    executedVersion: z.string().optional(),
    functionError: z.string().optional(),
    payload: z.string().optional(),
    payloadSize: z.number().optional().describe('bytes, where the payload is cut'),
    log: z.string().optional(),
  }),
  scopeOf: ({ invocationType }, _api, tenant) => ({
    access: 'write',
    iamActions: [
      'lambda:InvokeFunction',
      ...(tenant && invocationType !== 'DryRun' && goesByCost(tenant)
        ? judgingReads('lambda:Invoke', tenant)
        : []),
    ],
  }),
  async confirm(context, input) {
    const { functionName, invocationType } = input
    if (invocationType === 'DryRun') return undefined
    demandOwnRegion(context, functionName)
    return {
      effect: 'Invokes a function, which does whatever it does.',
      resources: [{ id: functionName }],
      onlyByRule: true,
      ...(goesByCost(context.grant.tenant) && {
        sends: { service: 'lambda', operation: 'Invoke', input: invocationOf(input) },
      }),
    }
  },
  async run(context, input) {
    demandOwnRegion(context, input.functionName)
    const answer = await typedAws(context, 'lambda', 'Invoke', invocationOf(input))
    const returned = Buffer.from(answer.Payload ?? [])
    const cut = returned.length > answerLimit
    const shown = returned.subarray(0, answerLimit)
    const log = Buffer.from(answer.LogResult ?? '', 'base64')
    return {
      data: {
        status: answer.StatusCode ?? 0,
        executedVersion: answer.ExecutedVersion,
        functionError: answer.FunctionError,
        ...(returned.length > 0 && {
          payload: bodyText({ bytes: shown, more: cut }) ?? shown.toString('utf8'),
        }),
        ...(cut && { payloadSize: returned.length }),
        ...(log.length > 0 && { log: log.subarray(-logLimit).toString('utf8') }),
      },
      truncated: cut,
      // AWS answers 200 where the function itself failed (Lambda API, Invoke, FunctionError).
      failed: answer.FunctionError !== undefined,
    }
  },
})

interface Invocation {
  readonly functionName: string
  readonly payload?: Parameters<typeof payloadText>[0]
  readonly invocationType?: 'RequestResponse' | 'Event' | 'DryRun' | undefined
  readonly logType?: 'None' | 'Tail' | undefined
  readonly qualifier?: string | undefined
}

const invocationOf = ({ functionName, payload, invocationType, logType, qualifier }: Invocation) => {
  const json = payloadText(payload)
  return {
    FunctionName: functionName,
    ...(json !== undefined && { Payload: Buffer.from(json) }),
    ...(invocationType && { InvocationType: invocationType }),
    ...(logType && { LogType: logType }),
    ...(qualifier !== undefined && { Qualifier: qualifier }),
  }
}
