import { GatewayError } from '@gateway/domain'
import type { FastifyInstance } from 'fastify'
import { metadataPath } from './challenge.ts'

/** What the public documents tell. */
export interface MetadataOptions {
  /** Canonical resource. */
  readonly resource: string
  /** Page for people (RFC 9728 section 2, `resource_documentation`). */
  readonly documentation?: string | undefined
  /** Absent where people do not sign in through the gateway. */
  readonly authorization?:
    | {
        readonly issuer: string
        /** The authorization server's own metadata, as JSON; absent where it is told nowhere but there. Rejects while nobody knows it. */
        readonly metadata?: (() => Promise<string>) | undefined
      }
    | undefined
}

/**
 * Protected-resource metadata (RFC 9728) at both well-known places, the same document, public. Every URL in it
 * comes from the configuration, never from a request. The metadata of the authorization server (RFC 8414) is here too, for
 * clients that look for it at the resource and nowhere else.
 */
export const metadataRoutes = (app: FastifyInstance, options: MetadataOptions): void => {
  const { resource, documentation, authorization } = options
  const document = JSON.stringify({
    resource,
    ...(authorization && { authorization_servers: [authorization.issuer] }),
    scopes_supported: ['aws:read'],
    bearer_methods_supported: ['header'],
    resource_name: 'AWS MCP gateway',
    ...(documentation !== undefined && { resource_documentation: documentation }),
  })
  serve(app, metadataPath, async () => document)
  const metadata = authorization?.metadata
  if (metadata) serve(app, '/.well-known/oauth-authorization-server', () => metadata().catch(unavailable))
}

/** A document at a well-known place, and at that of the resource `/mcp` behind it. */
const serve = (app: FastifyInstance, path: string, document: () => Promise<string>): void => {
  for (const url of [path, `${path}/mcp`]) {
    app.route({
      url,
      method: ['GET', 'HEAD'],
      handler: async (_, reply) => {
        const text = await document()
        return reply.header('access-control-allow-origin', '*').type('application/json').send(text)
      },
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

const unavailable = (cause: unknown): never => {
  throw new GatewayError('unavailable', 'The authorization server cannot be reached just now.', { cause })
}

const notAllowed = async (): Promise<never> => {
  throw new GatewayError('method_not_allowed', 'Use GET.', { details: { allow: 'GET, HEAD' } })
}
