import { type Deployment, serverMetadataUrl } from './deployment.ts'
import { jsonObject } from './json-object.ts'
import { certificateOf } from './network-checks.ts'
import { NoAnswer } from './reach.ts'
import { ofMetadata } from './server-checks.ts'
import { type Check, fail, ok, skip, type Verdict, warn } from './verdict.ts'

/** Where the metadata of the authorization server is, and that it is the same everywhere. */
export const serverPlaceChecks: readonly Check[] = [
  {
    id: 'as-certificate',
    host: 'sign-in',
    title: 'the certificate of the authorization server is trusted, for its name, and not about to expire',
    async run(deployment) {
      const issuer = await deployment.issuer()
      if (issuer === undefined) return noIssuer
      const { origin } = new URL(issuer)
      if (origin === deployment.url.origin) return skip('It is at the same origin.', 'See tls-certificate.')
      // Whether it may be asked at all is told by the request for its metadata.
      const asked = await deployment.reach.send({ url: origin }).catch((thrown: unknown) => thrown)
      if (asked instanceof NoAnswer && asked.code === 'not_allowed') return notAllowed(asked)
      return certificateOf(deployment, new URL(issuer))
    },
  },
  {
    id: 'as-metadata',
    host: 'sign-in',
    title: 'the authorization server publishes its metadata',
    run: served,
  },
  {
    id: 'as-host',
    host: 'sign-in',
    title: 'no Host or X-Forwarded-Host gets into its metadata',
    run: ofMetadata(async (_, { issuer, reach }) => {
      const url = serverMetadataUrl((await issuer()) ?? '', 'oauth-authorization-server')
      for (const headers of [{ host: 'evil.example' }, { 'x-forwarded-host': 'evil.example' }]) {
        const { body } = await reach.send({ url, headers })
        if (body.includes('evil.example')) {
          return fail(
            `Asked with ${Object.keys(headers)[0]}: evil.example, its endpoints are of evil.example.`,
            'Take them from the issuer, and never from the request.',
          )
        }
      }
      return ok
    }),
  },
  {
    id: 'as-openid',
    host: 'sign-in',
    title: 'openid-configuration, if there is one, says the same',
    run: ofMetadata(async (server, { issuer, reach }) => {
      const url = serverMetadataUrl((await issuer()) ?? '', 'openid-configuration')
      const { status, body } = await reach.send({ url })
      if (status === 404) return ok
      const other = status === 200 ? jsonObject(body) : undefined
      const differs = ['issuer', 'authorization_endpoint', 'token_endpoint', 'registration_endpoint'].find(
        (name) => other?.[name] !== server[name],
      )
      if (!other) return warn(`${url} is answered with ${status}.`, 'Answer 404, or with the same metadata.')
      return differs
        ? fail(`${differs} is ${String(other[differs])} there.`, 'Serve one document at both places.')
        : ok
    }),
  },
  {
    id: 'as-copy',
    host: 'claude-code',
    title: 'the same metadata is at the origin of the resource, for hosts that look only there',
    run: ofMetadata(async (server, { url, reach, issuer }) => {
      const at = serverMetadataUrl(url.origin, 'oauth-authorization-server')
      if (url.origin === new URL((await issuer()) ?? '').origin) return ok
      const { status, body } = await reach.send({ url: at })
      const copy = status === 200 ? jsonObject(body) : undefined
      if (!copy) {
        return warn(
          `${at} is answered with ${status}.`,
          'Pass /.well-known/oauth-authorization-server of the gateway: some hosts ignore resource_metadata.',
        )
      }
      return copy.issuer === server.issuer && copy.token_endpoint === server.token_endpoint
        ? ok
        : fail('It differs from that of the authorization server.', 'Serve one document at both places.')
    }),
  },
]

const noIssuer = skip('No authorization server is named that could be asked.', 'See metadata-servers.')

async function served({ issuer, serverAnswer, metadata }: Deployment): Promise<Verdict> {
  const named = await issuer()
  if (named === undefined)
    return (await metadata())
      ? noIssuer
      : skip('There is no metadata of the resource.', 'See metadata-served.')
  const url = serverMetadataUrl(named, 'oauth-authorization-server')
  try {
    const answer = await serverAnswer()
    if (answer?.status === 200 && jsonObject(answer.body)) return ok
    const to = answer?.header('location')
    return fail(
      `${url} is answered with ${answer?.status}${to === undefined ? '' : `, to ${to}`}${answer?.status === 200 ? ' and no JSON' : ''}: no host can sign anybody in.`,
      'Pass /.well-known/ of that host name to the authorization server, without redirects.',
    )
  } catch (thrown) {
    if (!(thrown instanceof NoAnswer)) throw thrown
    if (thrown.code === 'not_allowed') return notAllowed(thrown)
    return fail(
      `${url}: ${thrown.message} (${thrown.code}).`,
      'The authorization server has to be reachable from where the host runs: check name, firewall and certificate.',
    )
  }
}

const notAllowed = ({ message }: NoAnswer): Verdict =>
  fail(
    `The authorization server is not asked: ${message}.`,
    'Name one that is reachable from where the resource is: no public gateway can use a server on a private address.',
  )
