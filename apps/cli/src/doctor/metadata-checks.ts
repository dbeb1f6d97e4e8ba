import type { Deployment } from './deployment.ts'
import { type JsonObject, jsonObject, textsIn } from './json-object.ts'
import { type Check, fail, ok, skip, type Verdict, warn } from './verdict.ts'

/** Metadata of the protected resource (RFC 9728). */
export const metadataChecks: readonly Check[] = [
  {
    id: 'metadata-served',
    host: 'metadata',
    title: 'the metadata of the resource is at both well-known places, and the same',
    async run({ metadataUrls, metadataAnswers }) {
      const answers = await metadataAnswers()
      const wrong = answers.findIndex(({ status, body }) => status !== 200 || !jsonObject(body))
      if (wrong >= 0) {
        return fail(
          `${metadataUrls[wrong]} is answered with ${answers[wrong]?.status}${answers[wrong]?.status === 200 ? ' and no JSON' : ''}.`,
          'Pass /.well-known/oauth-protected-resource and all below it to the gateway.',
        )
      }
      return new Set(answers.map(({ body }) => body)).size === 1
        ? ok
        : fail('The two documents differ.', 'Pass both paths to the same gateway, past every cache.')
    },
  },
  {
    id: 'metadata-resource',
    host: 'metadata',
    title: 'resource is the URL as it was typed, to the letter',
    async run({ metadata, typed }) {
      const found = await metadata()
      if (!found) return noMetadata
      if (found.resource === typed) return ok
      return fail(
        `resource is ${String(found.resource)}, and you typed ${typed}: VS Code and others refuse to sign in.`,
        `Give people the URL ${String(found.resource)}; if that is wrong, set PUBLIC_URL of the gateway.`,
      )
    },
  },
  {
    id: 'metadata-named',
    host: 'metadata',
    title: 'the challenge names one of these places',
    async run({ challenged, metadataUrls, metadata }) {
      const named = (await challenged())?.get('resource_metadata')
      if (named === undefined) return skip('There is no challenge that names one.', 'See challenge-header.')
      if (!(await metadata())) return noMetadata
      return metadataUrls.includes(named)
        ? ok
        : fail(`It names ${named}.`, `It has to be ${metadataUrls[0]}: set PUBLIC_URL of the gateway.`)
    },
  },
  {
    id: 'metadata-cors',
    host: 'metadata',
    title: 'pages of any origin may read the metadata (CORS)',
    async run({ metadataAnswers }) {
      const answers = (await metadataAnswers()).filter(({ status }) => status === 200)
      if (answers.length === 0) return noMetadata
      return answers.every(({ header }) => header('access-control-allow-origin') === '*')
        ? ok
        : fail(
            'Access-Control-Allow-Origin is not *: hosts in a browser cannot find where to sign in.',
            'Let the proxy pass Access-Control-* of /.well-known/ as they are.',
          )
    },
  },
  {
    id: 'metadata-host',
    host: 'metadata',
    title: 'no Host or X-Forwarded-Host gets into a document or challenge',
    run: hostileHosts,
  },
  {
    id: 'metadata-scopes',
    host: 'metadata',
    title: 'scopes_supported is what everybody may ask for, without offline_access',
    async run({ metadata }) {
      const found = await metadata()
      if (!found) return noMetadata
      const scopes = textsIn(found.scopes_supported)
      if (scopes.length === 0) return warn('There are no scopes_supported.', 'Update the gateway.')
      return scopes.includes('offline_access')
        ? fail('offline_access is among them, which hosts then ask the company for.', 'Update the gateway.')
        : ok
    },
  },
  {
    id: 'metadata-servers',
    host: 'metadata',
    title: 'one authorization server is named, by an https origin',
    async run({ metadata, url, kind }) {
      const found = await metadata()
      if (!found) return noMetadata
      const servers = textsIn(found.authorization_servers)
      const [server] = servers
      if (server === undefined || !URL.canParse(server)) {
        return fail(
          'authorization_servers names none, so no host can sign anybody in.',
          'Switch the authorization server of the gateway on.',
        )
      }
      const { protocol, pathname } = new URL(server)
      if (protocol !== 'https:' && !((await kind()) === 'loopback' && url.protocol === 'http:')) {
        return fail(`${server} is not https.`, 'Serve the authorization server over https only.')
      }
      if (pathname !== '/' || servers.length > 1) {
        return warn(
          servers.length > 1
            ? 'Several are named; hosts take the first.'
            : `${server} has a path, which Claude Code drops.`,
          'Name one, with a host name of its own.',
        )
      }
      return ok
    },
  },
]

const noMetadata = skip('There is no metadata of the resource.', 'See metadata-served.')

const evil = 'evil.example'

/** Documents may be refused to a foreign Host, or stay as they are; they may never be about it. */
async function hostileHosts({ reach, metadataUrls, metadata, url }: Deployment): Promise<Verdict> {
  const expected = await metadata()
  if (!expected) return noMetadata
  let served: number | undefined
  for (const at of [...metadataUrls, url.href]) {
    for (const headers of [{ host: evil }, { 'x-forwarded-host': evil, forwarded: `host=${evil}` }]) {
      const { status, body, all } = await reach.send({ url: at, headers })
      if (`${body} ${all('www-authenticate')}`.includes(evil)) {
        return fail(
          `Asked with ${Object.keys(headers)[0]}: ${evil}, ${at} answers with URLs of ${evil}: whoever poisons a cache sends people to a sign-in of their own.`,
          'Take URLs from PUBLIC_URL and never from the request; pass Host as it came.',
        )
      }
      if ('host' in headers && status === 200 && same(jsonObject(body), expected)) served = status
    }
  }
  return served === undefined
    ? ok
    : warn(
        'A foreign Host is served, with the right documents.',
        'Refuse hosts that are not yours (421), or pass Host as it came.',
      )
}

const same = (one: JsonObject | undefined, other: JsonObject): boolean =>
  one !== undefined && JSON.stringify(one) === JSON.stringify(other)
