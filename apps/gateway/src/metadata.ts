import { GatewayError } from '@gateway/domain'
import type { FastifyInstance } from 'fastify'
import { metadataPath } from './challenge.ts'

/**
 * Protected-resource metadata (RFC 9728) at both well-known places, the same document, public. Every URL in it
 * comes from the configuration, never from a request.
 */
export const metadataRoutes = (app: FastifyInstance, resource: string): void => {
  const document = JSON.stringify({
    resource,
    scopes_supported: ['aws:read'],
    bearer_methods_supported: ['header'],
    resource_name: 'AWS MCP gateway',
  })
  for (const url of [metadataPath, `${metadataPath}/mcp`]) {
    app.route({
      url,
      method: ['GET', 'HEAD'],
      handler: async (_, reply) =>
        reply.header('access-control-allow-origin', '*').type('application/json').send(document),
    })
    app.route({
      url,
      method: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      // Before the body is read: its type or size would be refused with another status.
      onRequest: notAllowed,
      handler: notAllowed,
    })
  }
}

const notAllowed = async (): Promise<never> => {
  throw new GatewayError('method_not_allowed', 'Use GET.', { details: { allow: 'GET, HEAD' } })
}
