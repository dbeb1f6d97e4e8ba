import { type Asked, json, nothing, type Reply } from './reply.ts'

/** Origins of the two servers, and what they share. */
export interface Places {
  readonly gateway: string
  readonly authorization: string
  /** The one access token that is good. */
  readonly token: string
}

/** A gateway that does as it should towards clients without a token, and lists one tool to those with it. */
export const answerOfGateway = (asked: Asked, places: Places): Reply => {
  const { gateway, token } = places
  const { method, url, headers } = asked
  if (headers.host !== new URL(gateway).host) return json(421, { error: 'unknown_host' })
  if (url.pathname === '/.well-known/oauth-authorization-server') return json(200, serverMetadata(places))
  if (/^\/\.well-known\/oauth-protected-resource(\/mcp)?$/.test(url.pathname)) {
    return json(200, resourceMetadata(places), { 'access-control-allow-origin': '*' })
  }
  if (!/^\/mcp\/?$/.test(url.pathname)) return nothing(404)
  if (headers.origin !== undefined) return nothing(403)
  const challenge = `resource_metadata="${gateway}/.well-known/oauth-protected-resource/mcp", scope="aws:read"`
  const refused = (error: string, header: string) =>
    json(
      401,
      { error, error_description: 'Sign in.' },
      { 'www-authenticate': header, 'cache-control': 'no-store' },
    )
  const sent = /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1]
  if (sent === undefined) return refused('unauthorized', `Bearer ${challenge}`)
  if (sent !== token) return refused('invalid_token', `Bearer error="invalid_token", ${challenge}`)
  return method === 'POST' ? answerOfMessage(asked) : answerOfStream(asked)
}

/** What every URL in it is made of comes from the configuration. */
export const resourceMetadata = ({ gateway, authorization }: Places) => ({
  resource: `${gateway}/mcp`,
  authorization_servers: [authorization],
  scopes_supported: ['aws:read'],
  bearer_methods_supported: ['header'],
})

export const serverMetadata = ({ authorization }: Pick<Places, 'authorization'>) => ({
  issuer: authorization,
  authorization_endpoint: `${authorization}/auth`,
  token_endpoint: `${authorization}/token`,
  registration_endpoint: `${authorization}/reg`,
  jwks_uri: `${authorization}/jwks`,
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
  client_id_metadata_document_supported: true,
  authorization_response_iss_parameter_supported: true,
})

const answerOfMessage = ({ headers, body }: Asked): Reply => {
  const { id, method, params } = JSON.parse(body)
  const modern = params?._meta?.['io.modelcontextprotocol/protocolVersion'] === '2026-07-28'
  const result = (value: object) => json(200, { jsonrpc: '2.0', id, result: value })
  if (method === 'initialize') {
    const reply = result({ protocolVersion: params.protocolVersion, capabilities: {}, serverInfo: {} })
    return { ...reply, headers: { ...reply.headers, 'mcp-session-id': 'session-1' } }
  }
  if (!modern && headers['mcp-session-id'] !== 'session-1') return nothing(404)
  if (modern && headers['mcp-method'] !== method) return nothing(400)
  if (id === undefined) return nothing(202)
  if (method === 'server/discover' && modern) return result({ resultType: 'complete', supportedVersions: [] })
  return method === 'tools/list' ? result({ tools: [{ name: 'aws_whoami' }] }) : nothing(404)
}

const answerOfStream = ({ method, headers }: Asked): Reply => {
  if (headers['mcp-session-id'] !== 'session-1') return nothing(404)
  if (method === 'DELETE') return nothing(204)
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: 'id: 1\ndata:\n\n',
    endless: true,
  }
}
