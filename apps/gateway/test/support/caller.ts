import { type OpenAnswer, openAnswer } from './open-answer.ts'
import type { Service } from './service.ts'

/** A client that chooses the replica of every request, which no client of a balancer can. */
export interface Caller {
  /** Opens a legacy session; its id. */
  initialize(replica: 0 | 1, capabilities?: object): Promise<string>
  /** POST of a request, notification or reply in a legacy session. */
  post(replica: 0 | 1, session: string, message: object): Promise<OpenAnswer>
  /** GET of a legacy session. */
  get(replica: 0 | 1, session: string, lastEventId?: string): Promise<OpenAnswer>
  /** DELETE of a legacy session. */
  end(replica: 0 | 1, session: string): Promise<OpenAnswer>
  /** POST of a request of 2026-07-28, with all capabilities. */
  ask(replica: 0 | 1, method: string, params?: Params): Promise<OpenAnswer>
}

interface Params {
  readonly name?: string
  readonly [name: string]: unknown
}

/** All that a client can be asked for. */
export const everything = {
  elicitation: { form: {} },
  sampling: {},
  roots: {},
  extensions: { 'io.modelcontextprotocol/tasks': {} },
}

const revision = '2026-07-28'
const clientInfo = { name: 'test client', version: '1.0.0' }

/** The bearer of `token`, by raw requests. */
export const callerOf = ({ origins, url }: Pick<Service, 'origins' | 'url'>, token: string): Caller => {
  const usual = {
    host: new URL(url).host,
    authorization: `Bearer ${token}`,
    accept: 'application/json, text/event-stream',
  }
  const sendTo = (replica: 0 | 1, method: string, headers: Readonly<Record<string, string>>, body?: object) =>
    openAnswer(origins[replica], {
      method,
      headers: { ...usual, ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body }),
    })
  let lastId = 0
  return {
    async initialize(replica, capabilities = everything) {
      const params = { protocolVersion: '2025-11-25', capabilities, clientInfo }
      const answer = await sendTo(
        replica,
        'POST',
        {},
        { jsonrpc: '2.0', id: 0, method: 'initialize', params },
      )
      const session = answer.headers['mcp-session-id']
      if (typeof session !== 'string') throw new Error(`no session: ${JSON.stringify(await answer.reply)}`)
      return session
    },
    post: (replica, session, message) =>
      sendTo(replica, 'POST', { 'mcp-session-id': session }, { jsonrpc: '2.0', ...message }),
    get: (replica, session, last) =>
      sendTo(replica, 'GET', { 'mcp-session-id': session, ...(last && { 'last-event-id': last }) }),
    end: (replica, session) => sendTo(replica, 'DELETE', { 'mcp-session-id': session }),
    ask(replica, method, params = {}) {
      const meta = {
        'io.modelcontextprotocol/protocolVersion': revision,
        'io.modelcontextprotocol/clientCapabilities': everything,
        'io.modelcontextprotocol/clientInfo': clientInfo,
      }
      const named = params.name ?? params.taskId ?? params.uri
      const headers = {
        'mcp-protocol-version': revision,
        'mcp-method': method,
        ...(typeof named === 'string' && { 'mcp-name': named }),
      }
      const whole = { ...params, _meta: { ...meta, ...(params._meta as object | undefined) } }
      return sendTo(replica, 'POST', headers, { jsonrpc: '2.0', id: ++lastId, method, params: whole })
    },
  }
}
