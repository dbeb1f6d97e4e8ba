import { definePrompt } from '@gateway/domain'
import { accountArgument, oneOf, regionArgument } from './completions.ts'
import { instructionsMessage, placeOf, quoted } from './instructions.ts'

/** Why a function fails. */
export const lambdaErrors = definePrompt({
  name: 'lambda_errors',
  title: 'Errors of a Lambda function',
  description:
    'Finds out why a Lambda function fails: errors, time-outs, throttles, memory, and what its logs say.',
  arguments: [
    accountArgument,
    regionArgument,
    { name: 'function', description: 'name of the function', required: true },
    {
      name: 'hours',
      description: 'how far back; 24 unless given',
      required: false,
      complete: oneOf('1', '6', '24', '72', '168'),
    },
  ],
  async get(_context, args) {
    const name = args.function ?? ''
    const hours = /^\d{1,3}$/.test(args.hours ?? '') ? Number(args.hours) || 24 : 24
    const group = quoted(`/aws/lambda/${name}`)
    const since = `startTime "-${hours}h", endTime "now"`
    return instructionsMessage({
      goal: `Find out why the Lambda function ${quoted(name)} fails in ${placeOf(args)}, in the last ${hours} hours.`,
      steps: [
        `Call aws_lambda_list_functions with namePrefix ${quoted(name.slice(0, 64))}: runtime, memory, time-out, and when it was last changed.`,
        `Call aws_cloudwatch_get_metrics with namespace "AWS/Lambda", the dimension FunctionName ${quoted(name)}, ${since}, period ${hours > 24 ? 3_600 : 300}, for Errors, Throttles and Invocations (Sum) and Duration (Maximum, Average). Give the share of errors, and when they began.`,
        `Call aws_analyze_logs with logGroups [${group}], start "-${hours}h" and filter "?ERROR ?Exception ?\\"Task timed out\\" ?\\"Runtime exited\\"". If the function logs elsewhere, aws_api_read with service "lambda" and operation "GetFunctionConfiguration" says where; ask aws_api_search whether I may call it.`,
        `For the most frequent pattern find five failed requests: call aws_logs_query with logGroups [${group}], start "-${hours}h", end "now" and query "fields @timestamp, @requestId, @message | filter @message like /PATTERN/ | sort @timestamp desc | limit 5", with words of the pattern for PATTERN. Then read all lines of each of them: the same call with query "fields @timestamp, @message | filter @requestId = 'ID' | sort @timestamp asc | limit 50", with its @requestId for ID.`,
        'Tell the kinds apart. Time-outs: compare Duration with the time-out. Memory: compare "Max Memory Used" of the REPORT lines with its memory. Throttles: look up the concurrency with aws_cost_and_quotas, view "usage", service "lambda". Errors of others: which service, and since when.',
        'Compare the beginning of the errors with the time of its last change.',
      ],
      stop: [
        'Never invoke the function: an invocation may do what it did again.',
        'Never show values of environment variables, or personal data of log lines.',
        'If there were no errors in that time, say so, with the number of invocations, and stop.',
      ],
      table: 'kind of error, count, first and last time, evidence, likely cause, what to change',
    })
  },
})
