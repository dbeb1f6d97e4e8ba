import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { logGroup } from '../logs/log-group.ts'
import { spanOf, timeInput, timeOf } from '../time-input.ts'
import { patternCounter } from './count-patterns.ts'
import { logLevels } from './log-level.ts'
import { readLogEvents } from './read-log-events.ts'

const mostPatterns = 20
const hourMs = 3_600_000

/** CloudWatch Logs FilterLogEvents, its lines counted by what they say. */
export const analyzeLogs = defineTool({
  name: 'aws_analyze_logs',
  title: 'Analyze logs',
  description:
    'Counts log lines by pattern: level, first and last time, redacted sample. Reads up to 10,000 lines.',
  access: 'read',
  iamActions: ['logs:FilterLogEvents'],
  idempotent: true,
  pack: 'analytics',
  input: z.strictObject({
    logGroups: z.array(logGroup).min(1).max(5),
    filter: z.string().min(1).max(1024).optional().describe('such as ?ERROR ?WARN'),
    start: timeInput.optional().describe('ISO 8601 or -3h'),
    end: timeInput.optional(),
  }),
  output: z.object({
    start: z.string(),
    end: z.string(),
    lines: z.number().describe('that were read'),
    levels: z.record(z.enum(logLevels), z.number()),
    patterns: z.array(
      z.object({
        count: z.number(),
        level: z.enum(logLevels),
        first: z.string(),
        last: z.string(),
        pattern: z.string(),
        sample: z.string(),
      }),
    ),
    otherPatterns: z.number(),
    otherLines: z.number(),
  }),
  async run(context, { logGroups, filter, start, end = 'now' }) {
    const now = context.now()
    const hourBefore = () => new Date(timeOf('end', end, now) - hourMs).toISOString()
    const { from, to } = spanOf({ start: ['start', start ?? hourBefore()], end: ['end', end] }, now)
    const counter = patternCounter()
    const groups = [...new Set(logGroups)]
    const { truncated } = await readLogEvents(context, { logGroups: groups, filter, from, to }, counter.add)
    const all = counter.patterns()
    const shown = all.slice(0, mostPatterns)
    return {
      data: {
        start: new Date(from).toISOString(),
        end: new Date(to).toISOString(),
        lines: counter.lines(),
        levels: counter.levels(),
        patterns: shown.map(({ pattern, level, count, first, last, sample }) => ({
          count,
          level,
          first: new Date(first).toISOString(),
          last: new Date(last).toISOString(),
          pattern,
          sample,
        })),
        otherPatterns: all.length - shown.length,
        otherLines: counter.lines() - shown.reduce((sum, { count }) => sum + count, 0),
      },
      truncated:
        truncated &&
        `The first ${counter.lines()} lines that were found are counted; a shorter span (start, end), a filter or fewer logGroups reach the others.`,
    }
  },
})
