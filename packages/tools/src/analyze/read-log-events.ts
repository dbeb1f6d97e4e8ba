import type { ToolContext } from '@gateway/domain'
import { namedOrArn } from '../logs/log-group.ts'
import { typedAws } from '../typed-aws.ts'
import type { LogLine } from './count-patterns.ts'

/** Events of all log groups together, in pages of at most so many. */
const mostEvents = 10_000
const perPage = 2_000
/** AWS may answer pages without events while it searches on, and allows few requests in a second. */
const mostPages = 12
/** Milliseconds before the call ends at which no further page is asked for. */
const margin = 5_000

export interface LogSearch {
  readonly logGroups: readonly string[]
  readonly filter: string | undefined
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
}

/** Gives `each` the events of the log groups as they come; what it leaves out, it says. */
export const readLogEvents = async (
  context: ToolContext,
  search: LogSearch,
  each: (line: LogLine, logGroup: string) => void,
): Promise<{ truncated: boolean }> => {
  const { logGroups, filter, from, to } = search
  let events = 0
  let truncated = false
  for (const [i, logGroup] of logGroups.entries()) {
    // The first group may not use up what the others need.
    const pagesOfGroup = Math.floor(mostPages / logGroups.length)
    const eventsUntil = Math.floor((mostEvents * (i + 1)) / logGroups.length)
    let pages = 0
    let token: string | undefined
    do {
      const page = await typedAws(context, 'logs', 'FilterLogEvents', {
        ...namedOrArn(logGroup),
        startTime: from,
        endTime: to,
        limit: Math.min(perPage, eventsUntil - events),
        ...(filter !== undefined && { filterPattern: filter }),
        ...(token !== undefined && { nextToken: token }),
      })
      for (const { timestamp = from, message = '' } of page.events ?? []) {
        events += 1
        each({ at: timestamp, text: message }, logGroup)
      }
      token = page.nextToken || undefined
      pages += 1
    } while (
      token !== undefined &&
      pages < pagesOfGroup &&
      events < eventsUntil &&
      context.now() < context.deadline - margin
    )
    truncated ||= token !== undefined
  }
  return { truncated }
}
