import { GatewayError, type ToolResult } from '@gateway/domain'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { Exchange, McpDependencies } from './exchange.ts'
import { fail, isObject, type Reply, rpcCodes } from './rpc.ts'

/** `tools/list`; `decorate` are members that the era adds to the result. */
export const listTools = (
  deps: McpDependencies,
  exchange: Exchange,
  params: unknown,
  decorate: string,
): Reply => {
  // The list fits one page, so no cursor was ever given out.
  if (isObject(params) && params.cursor !== undefined)
    return fail(rpcCodes.invalidParams, 'Invalid params: unknown cursor.')
  return { result: `{"tools":${deps.catalogue.toolsJson(exchange.grant)}${decorate}}` }
}

/** `tools/call`; refusals of the call are results, only an unknown tool is a protocol error. */
export const callTool = async (
  deps: McpDependencies,
  exchange: Exchange,
  params: unknown,
  decorate: object,
): Promise<Reply> => {
  if (!isObject(params) || typeof params.name !== 'string') {
    return fail(rpcCodes.invalidParams, 'Invalid params: expected {"name": string, "arguments"?: object}.')
  }
  const args = params.arguments ?? {}
  if (!isObject(args)) return fail(rpcCodes.invalidParams, 'Invalid params: arguments must be an object.')
  try {
    const result = await deps.callTool({ ...exchange, tool: params.name, args })
    return { result: JSON.stringify({ ...callToolResult(result), ...decorate }) }
  } catch (thrown) {
    if (thrown instanceof GatewayError && thrown.code === 'unknown_tool') {
      return { ...fail(rpcCodes.invalidParams, thrown.message), audited: thrown.audited }
    }
    throw thrown
  }
}

const callToolResult = ({ text, structured, isError }: ToolResult): CallToolResult => ({
  content: [{ type: 'text', text }],
  structuredContent: { ...structured },
  ...(isError && { isError }),
})
