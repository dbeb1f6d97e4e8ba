import type { Deployment } from './deployment.ts'
import { type JsonObject, textsIn } from './json-object.ts'
import { type Check, fail, ok, skip, type Verdict, warn } from './verdict.ts'

/** A check of the metadata that is there. */
export const ofMetadata =
  (judge: (server: JsonObject, deployment: Deployment) => Verdict | Promise<Verdict>): Check['run'] =>
  async (deployment) => {
    const server = await deployment.server()
    return server ? judge(server, deployment) : noServer
  }

/** The authorization server: metadata (RFC 8414) and what hosts need of it. */
export const serverChecks: readonly Check[] = [
  {
    id: 'as-issuer',
    host: 'sign-in',
    title: 'issuer is what the resource names, to the letter',
    run: ofMetadata(async (server, { issuer }) =>
      server.issuer === (await issuer())
        ? ok
        : fail(
            `issuer is ${String(server.issuer)}, and the resource names ${await issuer()}: hosts refuse it.`,
            'Give gateway and authorization server the same issuer, without a slash at its end.',
          ),
    ),
  },
  {
    id: 'as-endpoints',
    host: 'sign-in',
    title: "every endpoint is on the issuer's own origin",
    run: ofMetadata(async (server, { issuer }) => {
      const { origin } = new URL((await issuer()) ?? '')
      const needed = ['authorization_endpoint', 'token_endpoint', 'jwks_uri']
      const missing = needed.find((name) => typeof server[name] !== 'string')
      if (missing) return fail(`${missing} is missing.`, 'Update the authorization server.')
      const foreign = Object.entries(server).find(
        ([name, value]) =>
          /_(endpoint|uri)$/.test(name) &&
          /^service_|^op_/.test(name) === false &&
          originOf(value) !== origin,
      )
      return foreign
        ? fail(
            `${foreign[0]} is ${String(foreign[1])}, which is not on ${origin}.`,
            'Configure the issuer, and pass Host as it came: endpoints must not follow the request.',
          )
        : ok
    }),
  },
  {
    id: 'as-pkce',
    host: 'sign-in',
    title: 'PKCE with S256, and nothing else, is offered',
    run: ofMetadata(({ code_challenge_methods_supported: methods }) =>
      textsIn(methods).join() === 'S256'
        ? ok
        : fail(
            `code_challenge_methods_supported is ${textsIn(methods).join(', ') || 'missing'}: hosts refuse a server without S256.`,
            'Offer S256 alone.',
          ),
    ),
  },
  {
    id: 'as-client-auth',
    host: 'sign-in',
    title: 'clients need no secret: none, and no client_secret_*',
    run: ofMetadata(({ token_endpoint_auth_methods_supported: methods }) => {
      const named = textsIn(methods)
      const secret = named.find((each) => each.startsWith('client_secret'))
      if (!named.includes('none')) {
        return fail(
          `token_endpoint_auth_methods_supported is ${named.join(', ') || 'missing'}: without none Claude registers as a client with a secret.`,
          'Offer none and private_key_jwt.',
        )
      }
      return secret ? fail(`${secret} is offered.`, 'Offer none and private_key_jwt only.') : ok
    }),
  },
  {
    id: 'as-private-key-jwt',
    host: 'chatgpt',
    title: 'private_key_jwt is offered, which ChatGPT uses with its client document',
    run: ofMetadata(({ token_endpoint_auth_methods_supported: methods }) =>
      textsIn(methods).includes('private_key_jwt')
        ? ok
        : warn('It is not.', 'Offer none and private_key_jwt; ChatGPT else registers dynamically.'),
    ),
  },
  {
    id: 'as-client-documents',
    host: 'sign-in',
    title: 'client id metadata documents are taken',
    run: ofMetadata(
      ({ client_id_metadata_document_supported: supported, registration_endpoint: endpoint }) => {
        if (supported === true) return ok
        const wrong = 'client_id_metadata_document_supported is not true.'
        return endpoint === undefined
          ? fail(`${wrong} There is no dynamic registration either.`, 'Offer both.')
          : warn(`${wrong} Hosts register dynamically, which 2026-07-28 deprecates.`, 'Offer both.')
      },
    ),
  },
  {
    id: 'as-iss',
    host: 'sign-in',
    title: 'answers to authorization requests say who gives them (iss)',
    run: ofMetadata(({ authorization_response_iss_parameter_supported: supported }) =>
      supported === true
        ? ok
        : fail(
            'authorization_response_iss_parameter_supported is not true.',
            'Update the authorization server (RFC 9207).',
          ),
    ),
  },
]

const noServer = skip('There is no metadata of an authorization server.', 'See as-metadata.')

const originOf = (value: unknown): string | undefined =>
  typeof value === 'string' && URL.canParse(value) ? new URL(value).origin : undefined
