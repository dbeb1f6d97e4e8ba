import fp from 'fastify-plugin'

/**
 * Ends a connection whose client does not read its answer: unread answers are memory that a caller could pin, and a
 * place among the connections that it would take from others.
 */
export const writeDeadline = fp<{ ms?: number | undefined }>(
  async (app, { ms = 30_000 }) => {
    app.addHook('onSend', (_request, reply, _payload, done) => {
      const { raw } = reply
      // Reset, not closed: a closed connection keeps what is unread in the kernel.
      const timer = setTimeout(() => raw.socket?.resetAndDestroy(), ms)
      raw.once('close', () => clearTimeout(timer))
      done()
    })
  },
  { name: 'write-deadline' },
)
