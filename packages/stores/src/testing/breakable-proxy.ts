import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be made to fail as networks do. */
export interface BreakableProxy extends AsyncDisposable {
  readonly url: string
  /** Connections stay open and are accepted, but nothing passes any more. */
  freeze(): void
  /** New connections pass again; those that were frozen stay so. */
  thaw(): void
  /** Ends all connections and refuses new ones. */
  cut(): Promise<void>
  /** Accepts connections again after a cut, at the same address. */
  mend(): Promise<void>
}

/** Listens on loopback and forwards to the server of `url`. */
export const openProxy = async (url: string): Promise<BreakableProxy> => {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let frozen = false

  const track = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    return socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((inner) => {
    track(inner)
    if (frozen) return
    const outer = track(connect(Number(port), hostname))
    inner.pipe(outer).pipe(inner)
  })
  const cut = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await once(server.close(), 'close')
  }

  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port: ownPort } = server.address() as AddressInfo
  return {
    url: `redis://127.0.0.1:${ownPort}`,
    freeze() {
      frozen = true
      for (const socket of sockets) socket.unpipe().pause()
    },
    thaw() {
      frozen = false
    },
    cut,
    async mend() {
      await once(server.listen(ownPort, '127.0.0.1'), 'listening')
    },
    [Symbol.asyncDispose]: cut,
  }
}
