import { type Answer, exchange } from './exchange.ts'

/** How one client speaks to the gateway; never rejects. */
export interface Wire {
  request(method: string, params?: Params): Promise<Answer>
}

export interface Params {
  readonly name?: string
  readonly arguments?: object
}

/** Where it speaks to, as whom, and how long it waits for an answer. */
export interface Way {
  readonly url: string
  token(): string
  readonly patienceMs: number
}

const clientInfo = { name: 'faults', version: '1' }
const revision = '2026-07-28'

/** A client of 2026-07-28, which needs no session. */
export const modernWire = ({ url, token, patienceMs }: Way): Wire => {
  let lastId = 0
  return {
    request(method, params = {}) {
      const _meta = {
        'io.modelcontextprotocol/protocolVersion': revision,
        'io.modelcontextprotocol/clientCapabilities': {},
        'io.modelcontextprotocol/clientInfo': clientInfo,
      }
      const headers = {
        authorization: `Bearer ${token()}`,
        'mcp-protocol-version': revision,
        'mcp-method': method,
        ...(params.name !== undefined && { 'mcp-name': params.name }),
      }
      const message = { id: ++lastId, method, params: { ...params, _meta } }
      return exchange({ url, headers, message }, patienceMs)
    },
  }
}

/** A client of 2025-11-25: it opens a session when it has none, or when it is told that there is none of that name any more. */
export const legacyWire = ({ url, token, patienceMs }: Way): Wire => {
  let lastId = 0
  let session: string | undefined
  const post = (message: object, own: Record<string, string> = {}) =>
    exchange({ url, headers: { authorization: `Bearer ${token()}`, ...own }, message }, patienceMs)
  const open = async (): Promise<Answer> => {
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
    const answer = await post({ id: ++lastId, method: 'initialize', params })
    if (answer.session === undefined) return answer
    session = answer.session
    return post({ method: 'notifications/initialized' }, { 'mcp-session-id': session })
  }
  return {
    async request(method, params = {}) {
      if (session === undefined) {
        const opened = await open()
        if (opened.outcome !== 'good' || session === undefined) return { ...opened, unsent: true }
      }
      const answer = await post({ id: ++lastId, method, params }, { 'mcp-session-id': session })
      if (answer.sessionGone) session = undefined
      return answer
    },
  }
}
