import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'

/** A way to a server that can be made to fail as networks do. */
export interface BreakableProxy extends AsyncDisposable {
  readonly url: string
  /** Connections stay open and are accepted, but nothing passes any more. */
  freeze(): void
  /** New connections pass again; those that were frozen stay so. */
  thaw(): void
  /** Holds every answer back for as many milliseconds. */
  delay(ms: number): void
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
  let delayMs = 0

  const track = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    return socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((inner) => {
    track(inner)
    if (frozen) return
    const outer = track(connect(Number(port), hostname))
    const late = new Transform({
      transform(chunk, _encoding, done) {
        if (delayMs === 0) return done(null, chunk)
        setTimeout(() => done(null, chunk), delayMs)
      },
    })
    inner.pipe(outer).pipe(late).pipe(inner)
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
    delay(ms) {
      delayMs = ms
    },
    cut,
    async mend() {
      await once(server.listen(ownPort, '127.0.0.1'), 'listening')
    },
    [Symbol.asyncDispose]: cut,
  }
}
