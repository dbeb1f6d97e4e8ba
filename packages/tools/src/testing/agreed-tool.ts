import type { AnyTool } from '@gateway/domain'

/** A tool whose every call somebody agrees to: prepared as for the question, then run. */
export const agreedTool = ({ confirm, ...tool }: AnyTool): AnyTool => ({
  ...tool,
  async run(context, input) {
    await confirm?.(context, input)
    return tool.run(context, input)
  },
})
