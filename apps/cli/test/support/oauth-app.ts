import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { OAuthClientProvider } from '@modelcontextprotocol/client'

/** An app that knows nothing but the gateway's URL: what it learns is kept here, and it listens for its code. */
export interface OAuthApp extends AsyncDisposable {
  readonly redirectUri: string
  /** For either official SDK. */
  readonly provider: OAuthClientProvider
  /** Where it sent the browser last. */
  readonly sentTo: URL
  /** Scopes of the token that it holds. */
  readonly scopes: readonly string[]
  /** Status and address of each of its requests. */
  readonly requests: readonly (readonly [status: number, url: string])[]
  readonly fetch: typeof fetch
  /** What the browser brings next; asked for before the browser sets out. */
  nextReturn(): Promise<URLSearchParams>
}

type Client = NonNullable<Awaited<ReturnType<OAuthClientProvider['clientInformation']>>>
type Discovery = Awaited<ReturnType<NonNullable<OAuthClientProvider['discoveryState']>>>
type Tokens = NonNullable<Awaited<ReturnType<OAuthClientProvider['tokens']>>>

/** Starts its listener on loopback. */
export const openOAuthApp = async (name = 'Editor of a test'): Promise<OAuthApp> => {
  const waiting: ((parameters: URLSearchParams) => void)[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUri)
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<!doctype html><html lang="en"><title>Done</title><h1>You can close this page</h1>')
    if (url.pathname === '/callback') waiting.shift()?.(url.searchParams)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
  const requests: [number, string][] = []
  const kept: { client?: Client; tokens?: Tokens; verifier?: string; sentTo?: URL; found?: Discovery } = {}
  const provider: OAuthClientProvider = {
    redirectUrl: redirectUri,
    clientMetadata: { client_name: name, redirect_uris: [redirectUri] },
    state: () => crypto.randomUUID(),
    clientInformation: () => kept.client,
    saveClientInformation: (client) => {
      kept.client = client
    },
    tokens: () => kept.tokens,
    saveTokens: (tokens) => {
      kept.tokens = tokens
    },
    redirectToAuthorization: (url) => {
      kept.sentTo = url
    },
    saveCodeVerifier: (verifier) => {
      kept.verifier = verifier
    },
    codeVerifier: () => kept.verifier ?? '',
    saveDiscoveryState: (found) => {
      kept.found = found
    },
    discoveryState: () => kept.found,
  }
  return {
    redirectUri,
    provider,
    requests,
    get sentTo() {
      if (!kept.sentTo) throw new Error('it sent nobody to a browser')
      return kept.sentTo
    },
    get scopes() {
      return kept.tokens?.scope?.split(' ') ?? []
    },
    fetch: async (input, init) => {
      const answer = await fetch(input, init)
      requests.push([answer.status, answer.url])
      return answer
    },
    nextReturn: () => new Promise((resolve) => void waiting.push(resolve)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
