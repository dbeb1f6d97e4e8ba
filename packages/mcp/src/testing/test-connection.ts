import type { Grant } from '@gateway/domain'
import { createConnection } from '../connections/connection.ts'
import type { Caller } from '../exchange.ts'
import type { Server } from '../server.ts'
import { grantOfCaller } from './grants.ts'
import type { Message } from './test-sink.ts'

/** A caller with an id of its request. */
export const callerWith = (grant: Grant = grantOfCaller(), requestId = 'request-1'): Caller => ({
  grant,
  requestId,
  sourceIp: '192.0.2.1',
  log: { info() {}, error() {} },
})

/** A connection that remembers what was sent to its client. */
export const testConnection = (server: Server, grant = grantOfCaller()) => {
  const sent: Message[] = []
  const connection = createConnection(server, { grant, send: (text) => void sent.push(JSON.parse(text)) })
  const caller = callerWith(grant)
  return {
    ...connection,
    sent,
    caller,
    say: (message: unknown, by = caller) => connection.receive(message, by),
    /** Sends a request and gives its answer, if it has one by then. */
    async ask(message: { readonly id: unknown }, by = caller): Promise<Message | undefined> {
      await connection.receive(message, by)
      return sent.find(({ id, method }) => id === message.id && method === undefined)
    },
  }
}
