import { tryPort } from '../loopback-port.ts'
import { SandboxFailure } from './failure.ts'

/** The port of the gateway, free right now; throws a sentence that says how to choose another. */
export const gatewayPort = async (wanted: number): Promise<number> => {
  const found = await tryPort(wanted)
  if ('port' in found) return found.port
  const why =
    found.refusal === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${found.refusal})`
  const other = wanted < 1024 || wanted > 65_435 ? 3100 : wanted + 100
  throw new SandboxFailure(`Port ${wanted} ${why}. Choose another one: PORT=${other} npm start`)
}
