import {
  cursorCodec,
  GatewayError,
  type Log,
  type Offer,
  offerOf,
  type PromptGet,
  type ResourceRead,
  type SessionRecord,
  type SessionStore,
  type ToolCall,
  type ToolResult,
} from '@gateway/domain'
import { memoryEventLog, memoryRecordStore, memoryReplicaBus } from '@gateway/stores'
import type { McpDependencies } from '../exchange.ts'
import type { RpcError } from '../rpc.ts'
import { createServer } from '../server.ts'
import { sampleTools } from './sample-tools.ts'

export interface TestServerOptions {
  offer?: Offer
  callTool?: McpDependencies['callTool']
  /** Says that `callTool` is the real one, which begins by itself. */
  wholeLine?: true
  readResource?(read: ResourceRead): ReturnType<McpDependencies['readResource']>
  getPrompt?(call: PromptGet): ReturnType<McpDependencies['getPrompt']>
  /** Sessions of another line, where two replicas share them. */
  kept?: Map<string, SessionRecord>
  /** Replaces other parts of what the protocol is given. */
  with?: Partial<McpDependencies>
}

/** The protocol of one process over stores in memory and a fake of the second half of the line, with what reached them. */
export const testServer = (options: TestServerOptions = {}) => {
  const kept = options.kept ?? new Map<string, SessionRecord>()
  const calls: ToolCall[] = []
  const refused: RpcError[] = []
  const faults: object[] = []
  const onError = (error: Error): never => {
    throw error
  }
  const now = Date.now
  let made = 0
  const offer = options.offer ?? offerOf({ tools: sampleTools })
  const log: Log = { info() {}, error: (fields) => void faults.push(fields) }
  const server = createServer({
    offerOf: () => offer,
    async callTool(call) {
      if (call.begin && !options.wholeLine) await call.begin()
      calls.push(call)
      if (options.callTool) return options.callTool(call)
      if (call.tool !== 'aws_ec2_list_things') throw new GatewayError('unknown_tool', 'Unknown tool.')
      return { text: 'one', structured: { data: { things: ['one'] } }, isError: false } satisfies ToolResult
    },
    async readResource(read) {
      if (options.readResource) return options.readResource(read)
      throw new GatewayError('unknown_resource', 'There is no such resource.')
    },
    async getPrompt(call) {
      if (options.getPrompt) return options.getPrompt(call)
      throw new GatewayError('unknown_prompt', 'There is no such prompt.')
    },
    admitSession: async () => undefined,
    async refused(_caller, error) {
      refused.push(error)
    },
    sessions: forgetfulSessions(kept),
    events: memoryEventLog({ now, onError }),
    records: memoryRecordStore({ now }),
    bus: memoryReplicaBus({ onError }),
    cursors: cursorCodec([Buffer.alloc(32, 'c')], now),
    stateKeys: [Buffer.alloc(32, 's')],
    logOf: () => log,
    serverInfo: { name: 'gateway', title: 'Gateway', version: '1.2.3' },
    // Streams and questions take the first 12 characters, so the number stands there.
    newId: () => `${String(++made).padStart(12, '0')}-session`,
    now,
    ...options.with,
  })
  return { server, log, kept, calls, refused, faults }
}

/** The worst store: it finds any session for any tenant, so that the protocol itself must keep them apart. */
const forgetfulSessions = (kept: Map<string, SessionRecord>): SessionStore => ({
  async create(session) {
    kept.set(session.id, session)
  },
  find: async (_tenantId, id) => kept.get(id),
  async update(_tenantId, id, change) {
    const session = kept.get(id)
    if (!session) return undefined
    const changed = change(session)
    kept.set(id, changed)
    return changed
  },
  remove: async (_tenantId, id) => kept.delete(id),
})
