import type { ServerResponse } from 'node:http'
import fp from 'fastify-plugin'

/**
 * Ends a connection whose client does not read its answer: unread answers are memory that a caller could pin, and a
 * place among the connections that it would take from others.
 */
export const writeDeadline = fp<{ ms?: number | undefined }>(
  async (app, { ms = 30_000 }) => {
    let sent: ServerResponse[] = []
    // Most answers are gone by the end of the turn that sends them; only what is still here then needs a timer.
    const watch = () => {
      for (const raw of sent) {
        if (raw.writableFinished || raw.destroyed) continue
        // Reset, not closed: a closed connection keeps what is unread in the kernel.
        const timer = setTimeout(() => raw.socket?.resetAndDestroy(), ms)
        raw.once('close', () => clearTimeout(timer))
      }
      sent = []
    }
    app.addHook('onSend', (_request, { raw }, _payload, done) => {
      if (sent.push(raw) === 1) setImmediate(watch)
      done()
    })
  },
  { name: 'write-deadline' },
)
