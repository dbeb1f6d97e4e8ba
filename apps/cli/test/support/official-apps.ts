import * as v2 from '@modelcontextprotocol/client'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { expect } from 'vitest'
import type { OAuthApp } from './oauth-app.ts'

/** What both official SDKs can do. */
interface ConnectedApp extends AsyncDisposable {
  /** Tool, arguments; `structuredContent` and whether it failed. */
  call(name: string, args?: Record<string, unknown>): Promise<Called>
  /** Names of the tools that it is offered. */
  tools(): Promise<string[]>
  /** Redeems the code of another sign-in, which widens what it may do. */
  redeem(returned: URLSearchParams): Promise<void>
}

export interface Called {
  readonly isError?: boolean | undefined
  readonly structuredContent?: unknown
}

/** Takes a person to a URL, and ends when the app has what they bring back. */
export type Visit = (sentTo: URL) => Promise<URLSearchParams>

/** SDK v2, in the era that it finds. */
export const connectModern = async (url: string, app: OAuthApp, visit: Visit): Promise<ConnectedApp> => {
  const transport = () =>
    new v2.StreamableHTTPClientTransport(new URL(url), { authProvider: app.provider, fetch: app.fetch })
  const client = () =>
    new v2.Client({ name: 'modern', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const first = transport()
  await expect(client().connect(first)).rejects.toThrow(v2.UnauthorizedError)
  await first.finishAuth(await visit(app.sentTo))
  const [connected, second] = [client(), transport()]
  await connected.connect(second)
  return {
    call: (name, args = {}) => connected.callTool({ name, arguments: args }),
    tools: async () => (await connected.listTools()).tools.map(({ name }) => name),
    redeem: (returned) => second.finishAuth(returned),
    [Symbol.asyncDispose]: () => connected.close(),
  }
}

/** SDK v1, which knows `initialize` only. */
export const connectLegacy = async (url: string, app: OAuthApp, visit: Visit): Promise<ConnectedApp> => {
  const transport = () =>
    new StreamableHTTPClientTransport(new URL(url), {
      authProvider: app.provider as never,
      fetch: app.fetch,
    })
  const client = () => new Client({ name: 'legacy', version: '1' })
  const first = transport()
  await expect(client().connect(first as never)).rejects.toThrow(UnauthorizedError)
  await first.finishAuth((await visit(app.sentTo)).get('code') ?? '')
  const [connected, second] = [client(), transport()]
  await connected.connect(second as never)
  return {
    call: async (name, args = {}) => (await connected.callTool({ name, arguments: args })) as Called,
    tools: async () => (await connected.listTools()).tools.map(({ name }) => name),
    redeem: (returned) => second.finishAuth(returned.get('code') ?? ''),
    [Symbol.asyncDispose]: () => connected.close(),
  }
}
