import { type AuthorizationOutcome, type AuthorizationRequest, authorize } from './authorize.ts'
import type { Deployment } from './deployment.ts'
import { hostNames, hostProfiles } from './hosts.ts'
import { type Check, fail, ok, skip, type Trouble, type Verdict, warn } from './verdict.ts'

/** Authorization requests as each host makes them, up to the first page; nobody signs in. */
export const authorizeChecks: readonly Check[] = [
  ...hostNames.map(
    (host): Check => ({
      id: `authorize-${host}`,
      host,
      title: 'as a registered client it gets to the page that asks the person',
      async run(deployment) {
        const clientId = (await deployment.registration(host))?.clientId
        if (clientId === undefined) return skip('It is not registered.', `See register-${host}.`)
        const { redirectUri, resource } = hostProfiles[host]
        const asked = { clientId, redirectUri, resource: resource(new URL(await deployment.resource())) }
        return (await page(deployment, asked)) ?? ok
      },
    }),
  ),
  ...hostNames.flatMap((host): Check[] => {
    const { document } = hostProfiles[host]
    return document
      ? [
          {
            id: `document-${host}`,
            host,
            title: 'its client id metadata document is read, and gets to that page',
            run: (deployment) => documentRead(deployment, document),
          },
        ]
      : []
  }),
  {
    id: 'redirect-foreign',
    host: 'redirects',
    title: 'a redirect that the client did not register ends on an error page, and nobody is sent there',
    run: withClient(async (deployment, client) => {
      const told = await authorize(deployment, { ...client, redirectUri: 'https://evil.example/callback' })
      if (!told) return noEndpoint
      if (told.outcome === 'refused' && told.status < 500) return ok
      return fail(
        `It is answered with ${described(told)}.`,
        'Compare redirect URIs to the letter (but for the port on loopback) before anything else.',
      )
    }),
  },
  {
    id: 'resource-alias',
    host: 'redirects',
    title: 'the spellings of the resource that hosts send are taken',
    run: withClient(async (deployment, client) => {
      const { origin, href } = new URL(client.resource)
      for (const resource of new Set([href, `${href.replace(/\/$/, '')}/`, origin, `${origin}/`])) {
        const wrong = await page(deployment, { ...client, resource })
        if (wrong) return { ...wrong, problem: `resource=${resource}: ${wrong.problem}` }
      }
      return ok
    }),
  },
  {
    id: 'resource-foreign',
    host: 'redirects',
    title: 'no token is for the resource of somebody else (invalid_target)',
    run: withClient(async (deployment, client) => {
      const told = await authorize(deployment, { ...client, resource: 'https://evil.example/mcp' })
      if (!told) return noEndpoint
      if (told.outcome === 'error' && told.parameters.get('error') === 'invalid_target') return ok
      // Some say so on a page of their own.
      if (told.outcome === 'refused' && told.status < 500 && told.text.includes('invalid_target')) return ok
      return fail(
        `It is answered with ${described(told)}.`,
        'Refuse every resource but your own (RFC 8707 section 2).',
      )
    }),
  },
  {
    id: 'pkce-required',
    host: 'redirects',
    title: 'without PKCE the client is told invalid_request, with state and iss',
    run: withClient(async (deployment, client) => {
      const told = await authorize(deployment, { ...client, challenge: null })
      if (!told) return noEndpoint
      if (told.outcome !== 'error' || told.parameters.get('error') !== 'invalid_request') {
        return fail(`It is answered with ${described(told)}.`, 'Require PKCE of every client (OAuth 2.1).')
      }
      const { parameters, state } = told
      return parameters.get('state') === state && parameters.get('iss') === (await deployment.issuer())
        ? ok
        : fail('state or iss is missing or another.', 'Answer with both (RFC 9207).')
    }),
  },
]

const noEndpoint = skip(
  'There is no authorization endpoint that could be asked.',
  'See as-metadata and as-endpoints.',
)

/** Runs with the first host that could be registered. */
function withClient(
  judge: (deployment: Deployment, client: AuthorizationRequest) => Promise<Verdict>,
): Check['run'] {
  return async (deployment) => {
    for (const host of deployment.hosts) {
      const clientId = (await deployment.registration(host))?.clientId
      if (clientId === undefined) continue
      const { redirectUri } = hostProfiles[host]
      return judge(deployment, { clientId, redirectUri, resource: await deployment.resource() })
    }
    return skip('No client could be registered.', 'See the checks called register-.')
  }
}

const documentRead = async (
  deployment: Deployment,
  { clientId, redirectUri }: { readonly clientId: string; readonly redirectUri: string },
): Promise<Verdict> => {
  const metadata = await deployment.server()
  if (metadata?.client_id_metadata_document_supported !== true) {
    return skip('The server does not offer it.', 'See as-client-documents.')
  }
  if (!deployment.online && (await deployment.kind()) === 'loopback') {
    return skip(
      `On loopback it is not tried: the server would have to read ${clientId}.`,
      'Where it may reach the Internet, say --online.',
    )
  }
  const told = await authorize(deployment, { clientId, redirectUri, resource: await deployment.resource() })
  if (!told) return noEndpoint
  if (told.outcome === 'page') return ok
  const { hostname } = new URL(clientId)
  return fail(
    `Its request is answered with ${described(told)}: the server cannot read ${clientId}, or does not take it.`,
    `Allow the authorization server to reach ${hostname}:443 (egress proxy, firewall, DNS); its log says what it met.`,
  )
}

/** What is wrong where a request does not get to a page; undefined where it does. */
const page = async (deployment: Deployment, asked: AuthorizationRequest): Promise<Trouble | undefined> => {
  const told = await authorize(deployment, asked)
  if (!told) return noEndpoint
  if (told.outcome === 'page') return undefined
  const remedy = 'The log of the authorization server says why; the request was one that this host makes.'
  const problem = `redirect_uri=${asked.redirectUri}, resource=${asked.resource} is answered with ${described(told)}.`
  if (told.outcome === 'elsewhere' && !told.location.startsWith(asked.redirectUri)) {
    return warn(problem, 'Ask for consent before people are sent on to sign in.')
  }
  return fail(problem, remedy)
}

const described = (told: AuthorizationOutcome): string => {
  switch (told.outcome) {
    case 'page':
      return 'a page'
    case 'error':
      return `the error ${told.parameters.get('error')} (${told.parameters.get('error_description') ?? 'no description'})`
    case 'refused':
      return `${told.status}`
    case 'elsewhere':
      return `a redirect to ${told.location.split('?')[0]}`
  }
}
