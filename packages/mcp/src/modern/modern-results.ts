import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server'
import type { McpDependencies } from '../exchange.ts'
import type { Server } from '../server.ts'

/** Who answered (SEP-2575), as JSON members of every result. */
export const metaOf = ({ serverInfo }: Pick<McpDependencies, 'serverInfo'>): string =>
  `"_meta":${JSON.stringify({ [SERVER_INFO_META_KEY]: serverInfo })}`

/** The members that end every complete result, as JSON. */
export const completeOf = ({ resultMeta }: Pick<Server, 'resultMeta'>): string =>
  `"resultType":"complete",${resultMeta}`
