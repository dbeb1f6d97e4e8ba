import type { ServerKind, StartServer } from './served-options.ts'
import { startMessage } from './served-options.ts'

// Loaded one by one: a server's memory and start must not pay for the libraries of the others.
const servers: Record<ServerKind, () => Promise<StartServer>> = {
  aws: async () => (await import('./aws.ts')).startAws,
  ceiling: async () => (await import('./ceiling.ts')).startCeiling,
  'bare-streams': async () => (await import('./bare-streams.ts')).startBareStreams,
  'sdk-v1-stateful': async () => (await import('./sdk-v1.ts')).startStatefulSdk,
  'sdk-v1-stateless': async () => (await import('./sdk-v1.ts')).startStatelessSdk,
  'sdk-v2': async () => (await import('./sdk-v2.ts')).startSdkV2,
  'fastmcp-stateful': async () => (await import('./fastmcp.ts')).startStatefulFastMcp,
  'fastmcp-stateless': async () => (await import('./fastmcp.ts')).startStatelessFastMcp,
}

const { start, options } = await startMessage()
await (await servers[start]())(options)
process.send?.('ready')
