import { createServer } from 'node:net'

/** A loopback port that nobody listens on. */
export const freePort = (): Promise<number> => probePort(0)

/** Takes the wanted port (0 for any) for a moment, so that an occupied one fails here and not as a stranger's answer. */
export const probePort = async (wanted: number): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const probe = createServer()
  probe.once('error', reject)
  probe.listen(wanted, '127.0.0.1', () => {
    const address = probe.address()
    const port = address !== null && typeof address === 'object' ? address.port : wanted
    probe.close(() => resolve(port))
  })
  return promise
}
