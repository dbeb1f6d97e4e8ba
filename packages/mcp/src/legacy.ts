import type { Grant, SessionRecord } from '@gateway/domain'
import type { InitializeResult } from '@modelcontextprotocol/sdk/types.js'
import type { Exchange, McpDependencies } from './exchange.ts'
import { instructions } from './instructions.ts'
import { fail, isObject, type Reply, rpcCodes } from './rpc.ts'
import { callTool, listTools } from './tools.ts'

/** Revisions that open with `initialize`, newest first. */
export const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const

/** The version of a request that names none (MCP 2025-06-18, Transports, "Protocol Version Header"). */
export const assumedVersion = '2025-03-26'

/** Answers one legacy request other than `initialize`. */
export const answerLegacy = async (
  deps: McpDependencies,
  exchange: Exchange,
  { method, params }: { method: string; params?: unknown },
): Promise<Reply> => {
  switch (method) {
    case 'ping':
      return { result: '{}' }
    case 'tools/list':
      return listTools(deps, exchange, params, '')
    case 'tools/call':
      return callTool(deps, exchange, params, {})
    case 'initialize':
      return fail(rpcCodes.invalidRequest, 'Invalid request: initialize opens a session and stands alone.')
    default:
      return fail(rpcCodes.methodNotFound, 'Method not found.')
  }
}

/** `initialize`: negotiates the version and mints a session that belongs to the caller. */
export const initialize = async (
  deps: McpDependencies,
  grant: Grant,
  params: unknown,
): Promise<{ reply: Reply; session?: SessionRecord }> => {
  if (!isObject(params) || typeof params.protocolVersion !== 'string' || !isObject(params.capabilities)) {
    const expected = 'expected protocolVersion (string), capabilities and clientInfo (objects)'
    return { reply: fail(rpcCodes.invalidParams, `Invalid params: ${expected}.`) }
  }
  const capabilities = JSON.stringify(params.capabilities)
  if (capabilities.length > 2048) {
    return { reply: fail(rpcCodes.invalidParams, 'Invalid params: capabilities are over 2048 characters.') }
  }
  const clientInfo = isObject(params.clientInfo) ? params.clientInfo : {}
  const protocolVersion = negotiate(params.protocolVersion)
  const session: SessionRecord = {
    id: deps.newSessionId(),
    tenantId: grant.tenant.id,
    principalId: grant.principal.id,
    protocolVersion,
    clientName: shortText(clientInfo.name),
    clientVersion: shortText(clientInfo.version),
    clientCapabilities: capabilities,
  }
  await deps.admitSession(grant)
  await deps.sessions.create(session)
  const result: InitializeResult = {
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: deps.serverInfo,
    instructions,
  }
  return { reply: { result: JSON.stringify(result) }, session }
}

const negotiate = (requested: string): string =>
  legacyVersions.find((version) => version === requested) ?? legacyVersions[0]

const shortText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 128) : '')
