import { errors } from 'oidc-provider'
import { expect, test } from 'vitest'
import { cleanClientDocument } from './client-document.ts'

const id = 'https://client.example/oauth/client.json'
const document = { client_id: id, client_name: 'Client', redirect_uris: ['http://127.0.0.1/callback'] }

test.for<[string, string, object, object]>([
  [
    'Claude Code',
    'https://claude.ai/oauth/claude-code-client-metadata',
    {
      client_name: 'Claude Code',
      client_uri: 'https://claude.ai',
      logo_uri: 'https://claude.ai/logo.png',
      redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    {
      client_name: 'Claude Code',
      redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
  ],
  [
    'ChatGPT',
    'https://chatgpt.com/oauth/Ab3/client.json',
    {
      client_name: 'ChatGPT',
      redirect_uris: ['https://chatgpt.com/connector/oauth/Ab3'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
      jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
    },
    {
      client_name: 'ChatGPT',
      redirect_uris: ['https://chatgpt.com/connector/oauth/Ab3'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
      jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
      application_type: 'web',
    },
  ],
  [
    'VS Code',
    'https://vscode.dev/oauth/client-metadata.json',
    {
      client_name: 'Visual Studio Code',
      redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
      grant_types: [
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
        'urn:ietf:params:oauth:grant-type:jwt-bearer',
      ],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
    {
      client_name: 'Visual Studio Code',
      redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
  ],
])('C25 %s', ([, url, own, kept]) => {
  expect(cleanClientDocument({ client_id: url, ...own }, url)).toEqual({ client_id: url, ...kept })
})

test.for<[string, unknown]>([
  ['a client_secret', { ...document, client_secret: 'x' }],
  ['an empty client_secret', { ...document, client_secret: '' }],
  ['an end of a client_secret', { ...document, client_secret_expires_at: 0 }],
  ['client_secret_basic', { ...document, token_endpoint_auth_method: 'client_secret_basic' }],
  ['client_secret_post', { ...document, token_endpoint_auth_method: 'client_secret_post' }],
  ['client_secret_jwt', { ...document, token_endpoint_auth_method: 'client_secret_jwt' }],
  ['private_key_jwt without a key', { ...document, token_endpoint_auth_method: 'private_key_jwt' }],
  ['another client_id', { ...document, client_id: 'https://other.example/client.json' }],
  ['a client_id that is nearly the same', { ...document, client_id: `${id}/` }],
  ['no client_id', { redirect_uris: document.redirect_uris }],
  ['no redirects', { client_id: id }],
  ['a bad redirect', { ...document, redirect_uris: ['http://evil.example/cb'] }],
  ['no grant that there is', { ...document, grant_types: ['client_credentials'] }],
  ['a __proto__', JSON.parse(`{"client_id":"${id}","__proto__":{},"redirect_uris":["http://127.0.0.1/"]}`)],
  ['a list', [document]],
  ['null', null],
  ['a text', JSON.stringify(document)],
])('C34 %s: is refused', ([, own]) => {
  expect(() => cleanClientDocument(own, id)).toThrow(errors.InvalidClientMetadata)
})
