import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { SecureContextOptions } from 'node:tls'
import { answerOfAuthorization, type Clients } from './authorization-double.ts'
import type { KeyAndCertificate } from './certificate.ts'
import { answerOfGateway, type Places } from './gateway-double.ts'
import type { Asked, Reply } from './reply.ts'

/** What stands between a deployment and its hosts, or is wrong in it: it makes of each answer another one. */
export type Breaking = (asked: Asked, reply: Reply, places: Places) => Reply | Promise<Reply>

/** A gateway and its authorization server on loopback, right in all things but what `breaking` breaks. */
export const deploymentDouble = async (
  breaking: Breaking = (_, reply) => reply,
  certificate?: KeyAndCertificate & Pick<SecureContextOptions, 'minVersion' | 'ciphers'>,
) => {
  const requests: Asked[] = []
  const clients: Clients = new Map()
  let places: Places
  const listen = async (of: Asked['of']): Promise<{ server: Server; origin: string }> => {
    const handler: RequestListener = async (request, response) => {
      const asked = await askedOf(request, of, places)
      requests.push(asked)
      const right =
        of === 'gateway'
          ? answerOfGateway(asked, places)
          : answerOfAuthorization(asked, {
              issuer: places.authorization,
              resource: `${places.gateway}/mcp`,
              clients,
            })
      const reply = await breaking(asked, right, places)
      if (reply.held) return
      response.writeHead(reply.status, reply.headers)
      if (!reply.endless) response.end(reply.body)
      else response.write(reply.body ?? '')
    }
    const server = certificate ? createTlsServer(certificate, handler) : createServer(handler)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    return { server, origin: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}` }
  }
  const gateway = await listen('gateway')
  const authorization = await listen('authorization')
  const claims = { aud: `${gateway.origin}/mcp`, exp: 4_000_000_000 }
  const token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
  places = { gateway: gateway.origin, authorization: authorization.origin, token }
  return {
    url: `${gateway.origin}/mcp`,
    token,
    requests,
    clients,
    async [Symbol.asyncDispose]() {
      for (const { server } of [gateway, authorization]) {
        server.closeAllConnections()
        server.close()
        await once(server, 'close')
      }
    },
  }
}

const askedOf = async (request: IncomingMessage, of: Asked['of'], places: Places): Promise<Asked> => {
  const { method = '', headers } = request
  return { of, method, headers, url: new URL(request.url ?? '/', places[of]), body: await text(request) }
}
