import type { Interaction, ToolCall, ToolResult } from '@gateway/domain'
import { request } from './mcp-line.ts'

/** A result of a tool that says `text`. */
export const said = (text: string): ToolResult => ({ text, structured: { data: { text } }, isError: false })

/** A call of the tool that reads, or of the one that removes, which asks for progress under the token `p`. */
export const call = ({ id = 1 as unknown, tool = 'aws_ec2_list_things', args = {} } = {}) =>
  request('tools/call', { name: tool, arguments: args, _meta: { progressToken: 'p' } }, id)

/** A `callTool` that reports progress, and ends when it is told to. */
export const heldTool = () => {
  const ends: ((result: ToolResult) => void)[] = []
  const heard: Interaction[] = []
  const calls: ToolCall[] = []
  return {
    calls,
    /** Interactions of the calls so far. */
    heard,
    end: (text = 'done') => {
      for (const each of ends.splice(0)) each(said(text))
    },
    async callTool(made: ToolCall): Promise<ToolResult> {
      calls.push(made)
      heard.push(made.interaction)
      made.interaction.progress(1, 2)
      return new Promise((resolve) => {
        ends.push(resolve)
        made.signal.addEventListener('abort', () => resolve({ ...said('cancelled'), isError: true }))
      })
    },
  }
}

/** Something that has not happened until it is `open`ed. */
export const gate = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { passed: promise, open: () => resolve() }
}
