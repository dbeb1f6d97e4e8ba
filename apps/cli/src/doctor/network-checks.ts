import { handshake } from './certificate.ts'
import type { Deployment } from './deployment.ts'
import { legacyInitialize, postHeaders } from './mcp-messages.ts'
import { NoAnswer } from './reach.ts'
import { type Check, fail, ok, skip, type Verdict, warn } from './verdict.ts'

/** Name, certificates and connections. */
export const networkChecks: readonly Check[] = [
  {
    id: 'dns',
    host: 'network',
    title: 'the name of the host resolves',
    async run({ kind, url }) {
      const found = await kind()
      if (found === 'never') {
        return fail(`${url.hostname} is at an address that no service has.`, 'Correct the DNS record.')
      }
      return found ? ok : fail(`${url.hostname} does not resolve.`, 'Check the spelling, and the DNS record.')
    },
  },
  {
    id: 'tls-certificate',
    host: 'network',
    title: 'the certificate is trusted, for this name, and not about to expire',
    run: (deployment) => certificateOf(deployment, deployment.url),
  },
  {
    id: 'tls-version',
    host: 'network',
    title: 'TLS 1.2 or later, and nothing before it',
    async run({ url, timing, ca, reach }) {
      if (url.protocol === 'http:') return noTls
      const at = {
        url,
        timeoutMs: timing.timeout,
        options: reach.lookup(url),
        ...(ca !== undefined && { ca }),
      }
      const now = await handshake(at)
      if (!now) return skip('There is no TLS handshake.', 'See the checks before.')
      const old = await handshake({
        ...at,
        options: { ...at.options, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      })
      if (!old) return ok
      return fail(
        `The server takes ${old.protocol ?? 'TLS 1.1'}, which is withdrawn (RFC 8996).`,
        'Choose a TLS policy of 1.2 and 1.3 at the load balancer or CDN.',
      )
    },
  },
  {
    id: 'reachable',
    host: 'network',
    title: 'it answers',
    async run({ challenge, url }) {
      try {
        await challenge()
        return ok
      } catch (thrown) {
        if (!(thrown instanceof NoAnswer)) throw thrown
        return fail(
          `${url.origin}: ${thrown.message} (${thrown.code}).`,
          'Check the URL, the firewall, and that gateway and proxy run; nothing else was checked.',
        )
      }
    },
  },
  {
    id: 'plain-http',
    host: 'network',
    title: 'plain http serves nothing but a redirect to https',
    async run({ url, reach, plainHttpPort }) {
      if (url.protocol === 'http:') return noTls
      if (url.port !== '' && plainHttpPort === 80) {
        return skip('The port is not 443, so nobody can tell where plain http would be.', 'Nothing to do.')
      }
      const answer = await reach
        .send({ url: `http://${url.hostname}:${plainHttpPort}${url.pathname}` })
        .catch((thrown: unknown) => {
          if (thrown instanceof NoAnswer) return undefined
          throw thrown
        })
      if (!answer || answer.status === 403 || answer.status === 404 || answer.status === 421) return ok
      const location = answer.header('location') ?? ''
      const target = URL.canParse(location) ? new URL(location) : undefined
      if (answer.status >= 300 && answer.status < 400 && target?.protocol === 'https:') {
        return target.hostname === url.hostname
          ? ok
          : warn(`It redirects to ${target.host}.`, `Redirect to https://${url.host}.`)
      }
      return fail(
        `Plain http is answered with ${answer.status}: tokens would be sent in the clear.`,
        'Close port 80, or redirect all of it to https.',
      )
    },
  },
  {
    id: 'keep-alive',
    host: 'network',
    title: 'a connection serves one request after another',
    run: (deployment) => twoRequests(deployment, 0),
  },
  {
    id: 'idle-connection',
    host: 'network',
    title: 'an idle connection is kept for some seconds',
    run: (deployment) => twoRequests(deployment, deployment.timing.idle),
  },
]

const noTls = skip('The URL is plain http.', 'Nothing to do on loopback; use https everywhere else.')

/** Days before the end at which nobody may have been told yet. */
const soon = 14

/** Judges the certificate at a URL; where it is wrong the other checks go on without it, and send no token. */
export const certificateOf = async (deployment: Deployment, url: URL): Promise<Verdict> => {
  const { reach, timing, ca, now, kind } = deployment
  if (url.protocol === 'http:') {
    if ((await kind()) === 'loopback') return noTls
    reach.tolerate(url.origin)
    return fail(
      `${url.origin} is plain http: anybody on the way reads and changes everything.`,
      'Serve https only; hosts refuse plain http but on loopback.',
    )
  }
  const shown = await handshake({
    url,
    timeoutMs: timing.timeout,
    options: reach.lookup(url),
    ...(ca !== undefined && { ca }),
  })
  if (!shown) {
    return fail(
      `${url.host} does not answer with a TLS handshake.`,
      'Check the name, the port, the firewall, and that the listener speaks TLS.',
    )
  }
  const days = Math.trunc((shown.expires - now()) / 86_400_000)
  if (shown.fault !== undefined) {
    reach.tolerate(url.origin)
    return fail(
      `The certificate of ${url.host} is not trusted (${shown.fault}${shown.expires < now() ? `, over for ${-days} days` : ''}).`,
      'Renew it, for this name, from a CA that everybody trusts, and send the intermediate certificates with it.',
    )
  }
  if (days < soon) {
    return warn(
      `The certificate of ${url.host} ends in ${days} days.`,
      'Renew it, and see why that did not happen by itself.',
    )
  }
  return ok
}

const twoRequests = async ({ reach, url }: Deployment, pauseMs: number): Promise<Verdict> => {
  const agent = reach.keptConnection(url.href)
  const request = {
    url: url.href,
    method: 'POST',
    headers: postHeaders,
    body: legacyInitialize,
    agent,
  } as const
  try {
    const first = await reach.send(request)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    const second = await reach.send(request)
    if (first.connection === second.connection) return ok
  } catch (thrown) {
    if (!(thrown instanceof NoAnswer) || pauseMs === 0) throw thrown
  } finally {
    agent.destroy()
  }
  return pauseMs === 0
    ? warn(
        'The connection was closed after one answer, so that every call costs a handshake.',
        'Switch keep-alive on at the proxy in front of the gateway.',
      )
    : warn(
        `The connection did not last ${pauseMs / 1000} s without a request.`,
        'Raise the idle time of the proxy to 60 s or more; the gateway keeps connections for 72 s.',
      )
}
