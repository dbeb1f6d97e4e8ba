import type { Deployment } from './deployment.ts'
import { legacyInitialize, modernRequest, postHeaders } from './mcp-messages.ts'
import { type Check, fail, ok, skip, type Verdict, warn } from './verdict.ts'

/** What is answered to those who have no token, or none that is good. */
export const challengeChecks: readonly Check[] = [
  {
    id: 'challenge-status',
    host: 'challenge',
    title: 'a POST without a token is answered 401',
    async run({ challenge, url }) {
      const { status, header } = await challenge()
      if (status === 401) return ok
      if (status >= 300 && status < 400) {
        return fail(
          `It is redirected to ${header('location') ?? 'nowhere'}: hosts do not follow with a POST.`,
          `Serve MCP at exactly ${url.href}, and take ${url.pathname} out of every sign-in and redirect of the proxy.`,
        )
      }
      if (status >= 500) {
        return fail(
          `It is answered with ${status}.`,
          'Is the gateway running? Look at its log, and at /readyz.',
        )
      }
      return fail(
        `It is answered with ${status}, so no host starts to sign in.`,
        `Is ${url.href} the URL of the gateway? Let the proxy pass its answers as they are.`,
      )
    },
  },
  {
    id: 'challenge-header',
    host: 'challenge',
    title: 'WWW-Authenticate comes through, well-formed, with resource_metadata and scope and no error',
    async run({ challenge, challenged, url }) {
      const answer = await challenge()
      if (answer.status !== 401) return notChallenged
      const headers = answer.all('www-authenticate')
      if (headers.length === 0) {
        return fail(
          'The header is not there: a proxy in front of the gateway has taken it away, and hosts cannot find where to sign in.',
          'Let the CDN, WAF or load balancer pass WWW-Authenticate of 401 answers (CloudFront: no custom error page for 401).',
        )
      }
      const parameters = headers.length === 1 ? await challenged() : undefined
      if (!parameters) {
        return fail(
          `It is no single Bearer challenge: ${headers.join(' | ')}`,
          'Switch off whatever adds or rewrites this header in front of the gateway.',
        )
      }
      const metadata = parameters.get('resource_metadata') ?? ''
      if (!URL.canParse(metadata) || new URL(metadata).origin !== url.origin) {
        return fail(
          `resource_metadata is ${metadata || 'missing'}, which is not of ${url.origin}.`,
          `Set PUBLIC_URL of the gateway to ${url.origin}.`,
        )
      }
      if (parameters.has('error')) {
        return fail(
          'It has an error though no token came.',
          'Does a proxy send an Authorization header of its own?',
        )
      }
      return parameters.get('scope')
        ? ok
        : warn('It names no scope, so that hosts ask for all.', 'Update the gateway.')
    },
  },
  {
    id: 'challenge-not-stored',
    host: 'challenge',
    title: 'no cache keeps the 401',
    async run({ challenge }) {
      const answer = await challenge()
      if (answer.status !== 401) return notChallenged
      if (answer.all('cache-control').some((each) => /\bno-store\b/i.test(each))) return ok
      return fail(
        'Cache-Control is not no-store: a CDN may answer those who have signed in with it.',
        'Let the proxy pass Cache-Control, and do not cache the path.',
      )
    },
  },
  {
    id: 'challenge-get',
    host: 'challenge',
    title: 'a GET without a token is answered like the POST',
    run: (deployment) =>
      sameAs(deployment, { url: deployment.url.href, headers: { accept: 'text/event-stream' } }),
  },
  {
    id: 'challenge-slash',
    host: 'challenge',
    title: 'the URL is answered alike with and without a slash at its end',
    async run(deployment) {
      const { pathname, origin } = deployment.url
      if (pathname === '/') return ok
      const url = `${origin}${pathname.endsWith('/') ? pathname.slice(0, -1) : `${pathname}/`}`
      return sameAs(deployment, { url, method: 'POST', headers: postHeaders, body: legacyInitialize })
    },
  },
  {
    id: 'challenge-eras',
    host: 'challenge',
    title: 'a request of 2026-07-28 without a token is answered like one of before',
    run: (deployment) =>
      sameAs(deployment, { url: deployment.url.href, method: 'POST', ...modernRequest('server/discover') }),
  },
  {
    id: 'unknown-path',
    host: 'challenge',
    title: 'what is not there is answered 404',
    async run({ reach, url }) {
      const { status } = await reach.send({ url: `${url.origin}/aws-mcp-doctor-asks-for-nothing` })
      if (status === 404) return ok
      const wrong = `A path that is not there is answered with ${status}, so hosts that look for metadata in several places find pages.`
      return status >= 500
        ? fail(wrong, 'Look at the log of the proxy and of the gateway.')
        : warn(wrong, 'Let the proxy pass 404 as it is, without a page or sign-in of its own.')
    },
  },
  {
    id: 'origin',
    host: 'challenge',
    title: 'pages of foreign origins may not call it',
    async run({ reach, url }) {
      const headers = { ...postHeaders, origin: 'https://evil.example' }
      const answer = await reach.send({ url: url.href, method: 'POST', headers, body: legacyInitialize })
      const allowed = answer.header('access-control-allow-origin')
      if (answer.status === 403 && allowed === undefined) return ok
      if (allowed === undefined && answer.status === 401) {
        return warn(
          'A foreign Origin is answered with 401 and not with 403: whether it is refused cannot be seen without a token.',
          'Let the proxy pass the Origin header.',
        )
      }
      return fail(
        `A foreign Origin is answered with ${answer.status}${allowed === undefined ? '' : ` and allowed as ${allowed}`}.`,
        'Let the proxy pass the Origin header, and add no CORS headers to the MCP path.',
      )
    },
  },
]

const notChallenged = skip('Without a token it is not answered 401.', 'See challenge-status.')

/** Compares with what a POST without a token was answered; a header that is never there is told of once. */
const sameAs = async (
  { challenge, reach }: Deployment,
  request: Parameters<Deployment['reach']['send']>[0],
): Promise<Verdict> => {
  const expected = await challenge()
  if (expected.status !== 401) return notChallenged
  const answer = await reach.send(request)
  const { status, header } = answer
  if (status === 401 && header('www-authenticate') === expected.header('www-authenticate')) return ok
  const to = header('location')
  return fail(
    status === 401
      ? 'It is answered 401, with another WWW-Authenticate.'
      : `It is answered with ${status}${to === undefined ? '' : `, to ${to}`}.`,
    'Let the proxy pass the path, every method and every header to the gateway as they are, without redirects.',
  )
}
