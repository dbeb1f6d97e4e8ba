import { defineTool, type ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { boundedText } from '../bounded-text.ts'
import { goesByCost, judgingReads } from '../cost-guard/judged-scope.ts'
import { spanOf, timeInput } from '../time-input.ts'
import { typedAws } from '../typed-aws.ts'
import { logGroup } from './log-group.ts'
import { hasEnded, logsQueryKind, queryResults, queryResultsSchema } from './query-results.ts'

const defaultLimit = 100
const mostRows = 1_000
/** Most milliseconds that a call waits: clients stop waiting at about a minute. */
const longestWait = 45_000
/** What is left of the call for its last request and its answer. */
const reserve = 3_000

/** CloudWatch Logs StartQuery and GetQueryResults. */
export const logsQuery = defineTool({
  name: 'aws_logs_query',
  title: 'Query logs',
  description:
    'Runs a CloudWatch Logs Insights query over log groups. AWS bills the bytes scanned, so keep the span short. A long one answers with an operationId for aws_operation_status.',
  access: 'read',
  iamActions: ['logs:StartQuery', 'logs:GetQueryResults'],
  scopes: [{ access: 'read', iamActions: ['logs:DescribeLogGroups'] }],
  scopeOf: (_input, _api, tenant) => ({
    access: 'read',
    iamActions: [
      'logs:StartQuery',
      'logs:GetQueryResults',
      ...(tenant && goesByCost(tenant) ? judgingReads('logs:StartQuery', tenant) : []),
    ],
  }),
  idempotent: true,
  listField: 'rows',
  pack: 'monitoring',
  input: z.strictObject({
    logGroups: z.array(logGroup).min(1).max(20),
    query: boundedText(10_000),
    start: timeInput.describe('ISO 8601 or -3h'),
    end: timeInput,
    limit: z.int().min(1).max(mostRows).optional().describe(`default ${defaultLimit}`),
  }),
  output: queryResultsSchema.extend({
    operationId: z.string().optional().describe('of the query, which goes on'),
  }),
  async confirm(context, input) {
    // What it may scan takes a request of its own, which is for those who keep a budget.
    if (!goesByCost(context.grant.tenant)) return undefined
    return {
      effect: 'Queries log groups, for which AWS bills what is scanned.',
      resources: input.logGroups.map((id) => ({ id })),
      sends: { service: 'logs', operation: 'StartQuery', input: requestOf(context, input) },
      onlyByRule: true,
    }
  },
  async run(context, input) {
    const { limit = defaultLimit } = input
    const { queryId = '' } = await typedAws(context, 'logs', 'StartQuery', requestOf(context, input))
    const results = await followed(context, queryId)
    const { length } = results.rows
    if (results.status === 'Complete') {
      const more = limit < mostRows ? `limit (up to ${mostRows}) or a shorter span` : 'a shorter span'
      return {
        data: results,
        truncated: length === limit && `The first ${length} rows are told; ${more} gets the others.`,
      }
    }
    if (results.status === 'Cancelled') {
      const truncated = `The query was cancelled in AWS. Rows found before: ${length}.`
      return { data: results, truncated, failed: true }
    }
    // It is not stopped, for it costs the same.
    const operationId = context.operations.seal({ kind: logsQueryKind, facts: { queryId } })
    const truncated = `The query goes on in AWS; ${length} rows so far. aws_operation_status has the others.`
    return { data: { operationId, ...results }, truncated }
  },
})

interface Query {
  readonly logGroups: readonly string[]
  readonly query: string
  readonly start: string
  readonly end: string
  readonly limit?: number | undefined
}

const requestOf = (context: ToolContext, { logGroups, query, start, end, limit = defaultLimit }: Query) => {
  const { from, to } = spanOf({ start: ['start', start], end: ['end', end] }, context.now())
  return {
    // Names and ARNs alike, which `logGroupNames` does not take.
    logGroupIdentifiers: [...new Set(logGroups)],
    startTime: Math.floor(from / 1_000),
    endTime: Math.ceil(to / 1_000),
    queryString: query,
    limit,
  }
}

/** The results once the query has ended, or what there is when the call has to answer. */
const followed = async (context: ToolContext, queryId: string) => {
  const end = Math.min(context.now() + longestWait, context.deadline - reserve)
  for (let [pause, read] = [250, 1]; ; pause = Math.min(pause * 2, 2_000), read += 1) {
    const results = await queryResults(context, queryId)
    if (hasEnded(results) || context.now() + pause > end) return results
    context.progress(read, undefined, `${results.status}, ${results.recordsScanned ?? 0} records scanned`)
    await context.wait(pause)
  }
}
