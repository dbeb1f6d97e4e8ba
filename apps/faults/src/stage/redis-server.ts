import { once } from 'node:events'
import { connect } from 'node:net'

/** Sends one command to a Redis, past every client of it, and resolves to what it answers; rejects for an error. */
export const redisCommand = async (url: string, words: string): Promise<string> => {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.setTimeout(2_000, () => socket.destroy(new Error('Redis does not answer')))
  try {
    socket.write(`${words}\r\n`)
    const [answer] = await once(socket, 'data')
    if (String(answer).startsWith('-')) throw new Error(`Redis answered ${answer}`)
    return String(answer)
  } finally {
    socket.destroy()
  }
}

/** Id of its process. */
export const redisPid = async (url: string): Promise<number> => {
  const [, pid] = /^process_id:(\d+)/m.exec(await redisCommand(url, 'INFO server')) ?? []
  if (pid === undefined) throw new Error('Redis does not say which process it is')
  return Number(pid)
}
