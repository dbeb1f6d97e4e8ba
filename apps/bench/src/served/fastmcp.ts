import { FastMCP } from 'fastmcp'
import type { ServedOptions, StartServer } from './served-options.ts'
import { simpleText } from './simple-text.ts'
import { createTokenCheck } from './token-check.ts'

/** FastMCP with sessions, which it keeps in the process. */
export const startStatefulFastMcp: StartServer = (options) => start(options, false)

/** FastMCP without sessions. */
export const startStatelessFastMcp: StartServer = (options) => start(options, true)

const start = async ({ port, publicKeyPem }: ServedOptions, stateless: boolean): Promise<void> => {
  const check = await createTokenCheck(publicKeyPem)
  const server = new FastMCP<{ readonly authenticated: true }>({
    name: 'peer',
    version: '1.0.0',
    // Its own hook runs on every request, before the body is parsed.
    authenticate: async (request) => {
      try {
        check(request.headers.authorization)
      } catch {
        throw new Response('unauthorized', { status: 401 })
      }
      return { authenticated: true }
    },
    // Pings and log lines would only cost it.
    ping: { enabled: false },
    logger: { debug() {}, error() {}, info() {}, log() {}, warn() {} },
  })
  server.addTool({
    name: simpleText.name,
    description: simpleText.description,
    execute: async () => simpleText.text,
  })
  await server.start({
    transportType: 'httpStream',
    httpStream: { host: '127.0.0.1', port, stateless, enableJsonResponse: true },
  })
}
