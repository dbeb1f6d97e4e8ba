import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Writes `text` again and again until the connection is gone: whoever reads nothing learns of it by writing. */
export const lostWhileWriting = async (socket: Socket, text: string | Buffer): Promise<boolean> => {
  for (let tries = 0; tries < 300 && !socket.destroyed; tries++) {
    socket.write(text)
    await sleep(50)
  }
  return socket.destroyed
}
