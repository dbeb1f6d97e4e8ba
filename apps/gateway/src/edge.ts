import { GatewayError } from '@gateway/domain'
import fp from 'fastify-plugin'
import { headerValues } from './header-values.ts'
import { isLoopback } from './is-loopback.ts'

/** Names under which the gateway may be called, and pages that may call it. */
export interface EdgeOptions {
  readonly publicUrl: string
  readonly allowedOrigins: readonly string[]
  /** For documents that pages of any origin may read. */
  readonly anyOrigin?: boolean
}

/**
 * First step, before anything of a request is believed: one `Host`, and one of ours (421, against DNS rebinding);
 * an `Origin` only from the list (403; MCP 2025-11-25, Transports, "Security Warning").
 */
export const edge = fp<EdgeOptions>(
  async (app, { publicUrl, allowedOrigins, anyOrigin = false }) => {
    const { protocol, hostname, port, host } = new URL(publicUrl)
    const names = isLoopback(hostname) ? ['localhost', '127.0.0.1', '[::1]'] : []
    const own = names.map((name) => (port ? `${name}:${port}` : name))
    const hosts = new Set([host, ...own])
    const origins = new Set([...[...hosts].map((each) => `${protocol}//${each}`), ...allowedOrigins])

    app.addHook('onRequest', (request, _, done) => {
      if (headerValues(request.raw.rawHeaders, 'host').length !== 1) {
        throw new GatewayError('bad_request', 'Send exactly one Host header.')
      }
      if (!hosts.has(request.headers.host?.toLowerCase() ?? '')) {
        throw new GatewayError('unknown_host', 'This gateway does not serve that host.')
      }
      const { origin } = request.headers
      if (!anyOrigin && origin !== undefined && !origins.has(origin)) {
        throw new GatewayError('origin_not_allowed', 'Pages of that origin may not call this gateway.')
      }
      done()
    })
  },
  { name: 'edge' },
)
