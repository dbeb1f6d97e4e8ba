import { once } from 'node:events'
import { connect } from 'node:net'

/** Sends one command to a Redis, past every client of it; throws for what it does not answer with OK. */
const command = async (url: string, words: string): Promise<void> => {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.write(`${words}\r\n`)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  if (!String(answer).startsWith('+OK')) throw new Error(`Redis answered ${answer}`)
}

/** Takes connections and commands and answers none of them until `ms` have passed. */
export const freezeRedis = (url: string, ms: number): Promise<void> => command(url, `CLIENT PAUSE ${ms} ALL`)

/** Answers reads and refuses writes, as after a failover that its clients have not noticed. */
export const makeReadOnly = (url: string): Promise<void> => command(url, 'REPLICAOF 127.0.0.1 1')

export const makeWritable = (url: string): Promise<void> => command(url, 'REPLICAOF NO ONE')

/** Takes all that it knows from it. */
export const flushRedis = (url: string): Promise<void> => command(url, 'FLUSHALL')
