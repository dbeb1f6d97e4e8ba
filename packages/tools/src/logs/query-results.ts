import { GatewayError, type ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'

/** Kind of the operation ids of queries; its only fact is `queryId`. */
export const logsQueryKind = 'logs-query'

const statuses = ['Scheduled', 'Running', 'Complete', 'Cancelled'] as const

/** What a query of CloudWatch Logs Insights has found so far. */
export const queryResultsSchema = z.object({
  status: z.enum(statuses),
  rows: z.array(z.record(z.string(), z.string())),
  recordsMatched: z.number().optional(),
  recordsScanned: z.number().optional(),
  bytesScanned: z.number().optional().describe('AWS bills these'),
})

/** Whether there is no more to come. */
export const hasEnded = ({ status }: z.output<typeof queryResultsSchema>): boolean =>
  status === 'Complete' || status === 'Cancelled'

/** Most characters of one field; a log event may have 1 MB. */
const longestValue = 2_000

/** Reads how a query goes and what it has found (CloudWatch Logs GetQueryResults); throws where it has failed. */
export const queryResults = async (
  context: ToolContext,
  queryId: string,
): Promise<z.output<typeof queryResultsSchema>> => {
  const answer = await typedAws(context, 'logs', 'GetQueryResults', { queryId })
  const { results = [], statistics, status = 'Unknown' } = answer
  const ended = failures[status]
  if (ended !== undefined) throw new GatewayError('aws_error', ended)
  const { recordsMatched, recordsScanned, bytesScanned } = statistics ?? {}
  return {
    status: statuses.find((each) => each === status) ?? 'Running',
    rows: results.map((fields) =>
      Object.fromEntries(
        fields.flatMap(({ field = '', value = '' }) =>
          // A pointer to the whole event, for GetLogRecord only.
          field === '@ptr' ? [] : [[field, isTime.test(field) ? isoTime(value) : shortened(value)]],
        ),
      ),
    ),
    ...(recordsMatched !== undefined && { recordsMatched }),
    ...(recordsScanned !== undefined && { recordsScanned }),
    ...(bytesScanned !== undefined && { bytesScanned }),
  }
}

const failures: Readonly<Record<string, string | undefined>> = {
  Failed: 'The query failed in AWS. Check its syntax and the log groups.',
  Timeout: 'AWS stopped the query after an hour. Ask for a shorter span or fewer log groups.',
}

const shortened = (value: string): string =>
  value.length > longestValue ? `${value.slice(0, longestValue)}… (${value.length} characters)` : value

/** Fields that are points in time: those of CloudWatch Logs, and what a query makes of them. */
const isTime =
  /^(@timestamp|@ingestionTime|bin\(.*\)|(min|max|earliest|latest)\(@(timestamp|ingestionTime)\))$/

/** ISO 8601 of a time as Insights writes it, which is in UTC and names no zone, or of milliseconds since the epoch. */
const isoTime = (value: string): string => {
  const [, day, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)$/.exec(value) ?? []
  if (day !== undefined) return `${day}T${time}Z`
  return /^\d{12,13}(\.0+)?$/.test(value) ? new Date(Number(value)).toISOString() : shortened(value)
}
