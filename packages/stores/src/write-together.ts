import type { Redis } from 'ioredis'

/**
 * Writes the commands of one turn of the event loop to the socket at once: a system call for each costs more than the
 * command itself. Unlike ioredis's automatic pipelines, no command waits for the answer of another.
 */
export const writeTogether = (client: Redis): void => {
  const send = client.sendCommand.bind(client)
  let corked: Redis['stream'] | undefined
  client.sendCommand = (...command: Parameters<Redis['sendCommand']>) => {
    const { stream } = client
    // A new connection has another stream; what the last one held went down with it.
    if (stream && corked !== stream) {
      corked = stream
      stream.cork()
      setImmediate(() => {
        stream.uncork()
        if (corked === stream) corked = undefined
      })
    }
    return send(...command)
  }
}
