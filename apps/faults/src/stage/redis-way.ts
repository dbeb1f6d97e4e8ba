import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** The network between the gateways and a Redis. */
export interface RedisWay extends AsyncDisposable {
  readonly url: string
  /** Milliseconds by which every answer is late. */
  delayMs: number
}

/** Opens it on loopback, before the Redis at `target`. */
export const openRedisWay = async (target: string): Promise<RedisWay> => {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const track = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    return socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((inner) => {
    track(inner)
    const outer = track(connect(Number(port), hostname))
    inner.pipe(outer)
    outer.on('data', async (chunk) => {
      // Those that come later wait as long, so that their order stays; what was held when it is well again still is late.
      if (way.delayMs > 0) await sleep(way.delayMs)
      if (!inner.destroyed) inner.write(chunk)
    })
    outer.once('close', () => inner.destroy())
    inner.once('close', () => outer.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const way: RedisWay = {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delayMs: 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      if (server.listening) await once(server.close(), 'close')
    },
  }
  return way
}
