import type { Deployment } from './deployment.ts'
import { type HostName, hostNames, hostProfiles } from './hosts.ts'
import { textsIn } from './json-object.ts'
import { clientName, registerWith } from './register.ts'
import { type Check, fail, ok, skip, type Verdict, warn } from './verdict.ts'

/** Dynamic registration (RFC 7591), in the shape of each host. */
export const registrationChecks: readonly Check[] = [
  ...hostNames.map(
    (host): Check => ({
      id: `register-${host}`,
      host,
      title: 'it can register, without a secret',
      run: (deployment) => registers(deployment, host),
    }),
  ),
  {
    id: 'register-hostile',
    host: 'redirects',
    title: 'a client whose codes would go over plain http to a foreign host is not registered',
    async run({ reach, server, issuer, registered }) {
      const body = JSON.stringify({
        client_name: clientName,
        redirect_uris: ['http://evil.example/callback'],
      })
      const made = await registerWith(body, { reach, server, issuer, registered })
      if (!made) return noEndpoint
      if (made.answer.status === 429) return tooMany
      return made.clientId === undefined && made.answer.status < 500
        ? ok
        : fail(
            `http://evil.example/callback is answered with ${made.answer.status}.`,
            'Take https redirects, loopback, and schemes of known programs only.',
          )
    },
  },
]

const noEndpoint = skip(
  'There is no registration endpoint that could be asked.',
  'See as-client-documents and as-endpoints.',
)
const tooMany = warn(
  'Too many registrations from here (429).',
  'Try again in an hour, or raise the limit for one address if people share it.',
)

const registers = async ({ registration, server }: Deployment, host: HostName): Promise<Verdict> => {
  const metadata = await server()
  if (!metadata) return skip('There is no metadata of an authorization server.', 'See as-metadata.')
  const { readsDocuments, registration: sent } = hostProfiles[host]
  const made = await registration(host)
  if (!made) {
    return readsDocuments && metadata.client_id_metadata_document_supported === true
      ? noEndpoint
      : fail('There is no registration endpoint, and this host needs one.', 'Offer dynamic registration.')
  }
  const { answer, client, clientId } = made
  if (answer.status === 429) return tooMany
  if (clientId === undefined || !client || answer.status !== 201) {
    const error = /"error_description"\s*:\s*"([^"]{1,200})"/.exec(answer.body)?.[1]
    return fail(
      `Its registration is answered with ${answer.status}${error ? ` (${error})` : ''}; it has ${sent.redirect_uris.join(', ')}.`,
      'Take it as it is: the whole set of redirects (loopback with and without a port, custom schemes of known programs), and client_secret_post as none.',
    )
  }
  const missing = sent.redirect_uris.find((uri) => !textsIn(client.redirect_uris).includes(uri))
  if (missing)
    return fail(`${missing} was left out of its redirect URIs.`, 'Take the whole set, or refuse it.')
  if (client.token_endpoint_auth_method !== 'none' || 'client_secret' in client) {
    return fail(
      `It was registered with ${String(client.token_endpoint_auth_method)}${'client_secret' in client ? ' and a secret' : ''}.`,
      'Register clients of hosts with none: a secret that a program of its user keeps is none.',
    )
  }
  return ok
}
