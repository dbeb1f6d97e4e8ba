import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { startChromium, watchPages } from '@gateway/backends'
import {
  Client,
  type OAuthClientProvider,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SignInGateway, startSignInGateway } from './support/sign-in-gateway.ts'

const documentUrl = 'https://editor.example/mcp/client.json'

let gateway: SignInGateway
let chromium: Browser
let listener: Server
const returns: ((parameters: URLSearchParams) => void)[] = []

beforeAll(async () => {
  const cacheDir = join(import.meta.dirname, '..', '..', '..', '.cache')
  listener = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<!doctype html><html lang="en"><title>Done</title><h1>You can close this page</h1>')
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (pathname === '/callback') returns.shift()?.(searchParams)
  })
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  ;[gateway, chromium] = await Promise.all([
    startSignInGateway({ clientHosts: ['editor.example'] }),
    startChromium({ cacheDir, env: process.env }),
  ])
  const document = {
    client_id: documentUrl,
    client_name: 'Editor',
    // As an app on a computer has it: which port is free shows only when it listens.
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
  }
  gateway.hosts.answer('editor.example/mcp/client.json', gateway.hosts.json(document))
})
afterAll(async () => {
  await chromium?.close()
  await gateway?.[Symbol.asyncDispose]()
  listener.closeAllConnections()
  listener.close()
})

test.for(['acme', 'globex'])('an app with a document of its own signs a person of %s in', async (tenant) => {
  const redirectUrl = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/callback`
  const kept: {
    tokens?: StoredOAuthTokens
    verifier?: string
    to?: URL
    registered?: object
    found?: never
  } = {}
  const authProvider: OAuthClientProvider = {
    redirectUrl,
    clientMetadataUrl: documentUrl,
    clientMetadata: { client_name: 'Editor', redirect_uris: [redirectUrl] },
    clientInformation: () => kept.registered as never,
    saveClientInformation: (registered) => void Object.assign(kept, { registered }),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => void Object.assign(kept, { tokens }),
    redirectToAuthorization: (to) => void Object.assign(kept, { to }),
    saveCodeVerifier: (verifier) => void Object.assign(kept, { verifier }),
    codeVerifier: () => kept.verifier ?? '',
    saveDiscoveryState: (found) => void Object.assign(kept, { found }),
    discoveryState: () => kept.found,
  }
  const transport = () => new StreamableHTTPClientTransport(new URL(gateway.resource), { authProvider })
  const client = new Client({ name: 'editor', version: '1' })
  const first = transport()
  await expect(client.connect(first)).rejects.toThrow(UnauthorizedError)
  expect(kept.to?.searchParams.get('client_id')).toBe(documentUrl)

  const context = await chromium.newContext()
  const complaints = await watchPages(context)
  const page = await context.newPage()
  const returned = new Promise<URLSearchParams>((resolve) => void returns.push(resolve))
  await page.goto(kept.to?.href ?? '')
  // Its host is told as what it says of itself: any program may listen there.
  expect(await page.getByRole('main').textContent()).toContain('It says it is “Editor” from editor.example.')
  await page.getByRole('button', { name: 'Continue to sign-in' }).click()
  await page.getByLabel('Work e-mail address or company id').fill(tenant)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await first.finishAuth(await returned)
  await context.close()
  expect(complaints).toEqual([])

  const connected = new Client({ name: 'editor', version: '1' })
  await connected.connect(transport())
  expect(await connected.callTool({ name: 'aws_whoami' })).toMatchObject({
    structuredContent: { data: { tenant: { id: tenant } } },
  })
  expect((await gateway.reach(kept.tokens?.access_token ?? '')).tenant).toBe(tenant)
  await connected.close()
})
