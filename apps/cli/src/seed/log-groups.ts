import type { LogGroupData } from './account-data.ts'
import { inParallel } from './in-parallel.ts'
import type { OwnerSession } from './owner-session.ts'

/** Makes the log groups, each with one stream of events that are spread over the 24 hours before `now`. */
export const seedLogGroups = ({ send }: OwnerSession, groups: readonly LogGroupData[], now: Date) =>
  inParallel(groups, 2, async ({ name: logGroupName, stream: logStreamName, messages, events }) => {
    await send('logs', 'CreateLogGroup', { logGroupName })
    await send('logs', 'CreateLogStream', { logGroupName, logStreamName })
    const step = (24 * 3_600_000) / (events + 1)
    const logEvents = Array.from({ length: events }, (_, index) => ({
      timestamp: Math.round(now.getTime() - (events - index) * step),
      message: messages[index % messages.length] ?? '',
    }))
    await send('logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents })
  })
