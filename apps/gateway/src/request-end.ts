import type { FastifyReply, FastifyRequest } from 'fastify'

/** How a request ended. */
export interface RequestEnd {
  /** As it was answered; 499, as others have it too, where its client went away before it had the answer. */
  readonly status: number
  /** Whether it lasted as long as its client stayed: an event stream or a WebSocket. */
  readonly lasting: boolean
}

/**
 * Tells once when a request is over, however it ends. The framework's own hook does not come for one whose client leaves, as that of
 * nearly every event stream does.
 */
export const onRequestEnd = (
  request: FastifyRequest,
  reply: FastifyReply,
  ended: (how: RequestEnd) => void,
): void => {
  let finished = false
  reply.raw.once('finish', () => {
    finished = true
  })
  reply.raw.once('close', () => ended(endOf(request, reply, finished)))
}

const endOf = ({ ws }: FastifyRequest, reply: FastifyReply, finished: boolean): RequestEnd => {
  const { statusCode, headersSent } = reply.raw
  // Taken over by the WebSocket, which answers on the connection itself.
  if (ws && reply.sent && !headersSent) return { status: 101, lasting: true }
  const type = String(reply.getHeader('content-type') ?? '')
  const lasting = headersSent && type.startsWith('text/event-stream')
  return { status: finished || lasting ? statusCode : 499, lasting }
}
