import fastifyCors from '@fastify/cors'
import fp from 'fastify-plugin'

/**
 * Lets pages of the listed origins call from a browser, with a token in a header and never with cookies. Stands before
 * authenticate: a preflight carries no token, and a page has to be able to read the challenge of a 401.
 */
export const cors = fp<{ allowedOrigins: readonly string[] }>(
  async (app, { allowedOrigins }) => {
    // Without pages there is nothing to tell browsers, not even that the answer depends on the origin.
    if (allowedOrigins.length === 0) return
    const listed = new Set(allowedOrigins)
    await app.register(fastifyCors, {
      origin: (origin, decide) => decide(null, origin !== undefined && listed.has(origin) ? origin : false),
      methods: ['POST', 'GET', 'DELETE'],
      exposedHeaders: [
        'WWW-Authenticate',
        'MCP-Protocol-Version',
        'Mcp-Session-Id',
        'Retry-After',
        'X-Request-Id',
      ],
      credentials: false,
      maxAge: 600,
      strictPreflight: false,
    })
  },
  { name: 'cors', dependencies: ['edge'] },
)
