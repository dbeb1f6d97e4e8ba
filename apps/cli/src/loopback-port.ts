import { createServer } from 'node:net'

/**
 * Takes `wanted` (0 for any) on loopback for a moment. Gives the port, or the code of the system's refusal such
 * as `EADDRINUSE`.
 */
export const tryPort = (wanted: number): Promise<{ port: number } | { refusal: string }> => {
  const { promise, resolve } = Promise.withResolvers<{ port: number } | { refusal: string }>()
  const probe = createServer()
  probe.once('error', (error: NodeJS.ErrnoException) => resolve({ refusal: error.code ?? error.message }))
  probe.listen(wanted, '127.0.0.1', () => {
    const address = probe.address()
    const port = typeof address === 'object' && address ? address.port : wanted
    probe.close(() => resolve({ port }))
  })
  return promise
}

/** `wanted` if it is free on loopback, else any free port. */
export const freePortNear = async (wanted: number): Promise<number> => {
  for (const candidate of wanted > 65_535 ? [0] : [wanted, 0]) {
    const found = await tryPort(candidate)
    if ('port' in found) return found.port
  }
  throw new Error('no free port on 127.0.0.1')
}
