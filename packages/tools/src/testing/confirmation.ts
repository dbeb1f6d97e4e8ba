import type { AnyTool } from '@gateway/domain'
import { z } from 'zod'

/** A tool as it is once somebody has confirmed its call. */
export const confirmedTool = ({ confirm: _, ...tool }: AnyTool): AnyTool => tool

/** A tool that answers with the plan that it would have confirmed, or null where it would ask nobody. */
export const planOf = (tool: AnyTool): AnyTool => ({
  ...confirmedTool(tool),
  output: z.unknown(),
  run: async (context, input) => ({ data: (await tool.confirm?.(context, input)) ?? null }),
})

/** A tool for which time passes without waiting: `context.wait` moves the clock of its deadline. */
export const withoutWaiting = (tool: AnyTool, seconds = 60): AnyTool => ({
  ...tool,
  run(context, input) {
    let now = context.now()
    const clock = { now: () => now, deadline: now + seconds * 1000 }
    const wait = async (ms: number) => {
      now += ms
    }
    return tool.run({ ...context, ...clock, wait }, input)
  },
})
