import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server'
import type { Exchange, McpDependencies } from './exchange.ts'
import { instructions } from './instructions.ts'
import { fail, type Reply, rpcCodes } from './rpc.ts'
import { callTool, listTools } from './tools.ts'

/** Stateless revisions, newest first. */
export const modernVersions = ['2026-07-28'] as const

/** Lists may change with a person's groups, so hosts may keep them for a minute, and never share them. */
const cacheable = { ttlMs: 60_000, cacheScope: 'private' } as const

/** Answers one 2026-07-28 request whose envelope and headers are checked already. */
export const answerModern = async (
  deps: McpDependencies,
  exchange: Exchange,
  { method, params }: { method: string; params?: unknown },
): Promise<Reply> => {
  const complete = { resultType: 'complete', _meta: { [SERVER_INFO_META_KEY]: deps.serverInfo } }
  switch (method) {
    case 'server/discover':
      return {
        result: JSON.stringify({
          supportedVersions: modernVersions,
          capabilities: { tools: {} },
          instructions,
          ...cacheable,
          ...complete,
        }),
      }
    case 'tools/list':
      return listTools(
        deps,
        exchange,
        params,
        `,${JSON.stringify({ ...cacheable, ...complete }).slice(1, -1)}`,
      )
    case 'tools/call':
      return callTool(deps, exchange, params, complete)
    default:
      return fail(rpcCodes.methodNotFound, 'Method not found.')
  }
}
