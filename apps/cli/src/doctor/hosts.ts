/** Programs that people use, as far as they register and sign in in ways of their own. */
export const hostNames = [
  'claude-web',
  'claude-desktop',
  'claude-code',
  'cursor',
  'vscode',
  'chatgpt',
  'codex',
  'gemini-cli',
] as const

export type HostName = (typeof hostNames)[number]

/** How a host makes itself known and asks for a token. Published metadata and issue reports; not the live products. */
export interface HostProfile {
  readonly name: HostName
  /** Its registration (RFC 7591), but for the name of the client. */
  readonly registration: Readonly<Record<string, unknown>> & { readonly redirect_uris: readonly string[] }
  /** Where it wants the code to be sent; on loopback with another port than it registered. */
  readonly redirectUri: string
  /** The `resource` that it sends (RFC 8707) for a server with this URL. */
  resource(url: URL): string
  /** Its client id metadata document, if it has one that is known from outside. */
  readonly document?: { readonly clientId: string; readonly redirectUri: string }
  /** Whether it can do without dynamic registration. */
  readonly readsDocuments: boolean
}

const canonical = (url: URL) => url.href
const root = (url: URL) => url.origin
const codeAndRefresh = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
} as const
const publicClient = { ...codeAndRefresh, token_endpoint_auth_method: 'none' } as const

const claude = {
  registration: {
    ...codeAndRefresh,
    redirect_uris: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
    token_endpoint_auth_method: 'client_secret_post',
  },
  redirectUri: 'https://claude.ai/api/mcp/auth_callback',
  resource: canonical,
  document: {
    clientId: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
  },
  readsDocuments: true,
} as const

/** Every host, by its name. */
export const hostProfiles: Readonly<Record<HostName, HostProfile>> = {
  'claude-web': { name: 'claude-web', ...claude },
  'claude-desktop': { name: 'claude-desktop', ...claude },
  'claude-code': {
    name: 'claude-code',
    registration: {
      ...publicClient,
      application_type: 'native',
      redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
    },
    redirectUri: 'http://localhost:54212/callback',
    // anthropics/claude-code #52871.
    resource: (url) => `${url.origin}/`,
    document: {
      clientId: 'https://claude.ai/oauth/claude-code-client-metadata',
      redirectUri: 'http://localhost:54212/callback',
    },
    readsDocuments: true,
  },
  cursor: {
    name: 'cursor',
    // All three in one set: to refuse one refuses the set.
    registration: {
      ...publicClient,
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
    },
    redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback',
    resource: canonical,
    readsDocuments: false,
  },
  vscode: {
    name: 'vscode',
    registration: {
      ...publicClient,
      application_type: 'native',
      client_uri: 'https://code.visualstudio.com',
      redirect_uris: [
        'https://insiders.vscode.dev/redirect',
        'https://vscode.dev/redirect',
        'http://127.0.0.1/',
        'http://127.0.0.1:33418/',
      ],
    },
    redirectUri: 'http://127.0.0.1:33418/',
    resource: canonical,
    document: {
      clientId: 'https://vscode.dev/oauth/client-metadata.json',
      redirectUri: 'http://127.0.0.1:33418/',
    },
    readsDocuments: true,
  },
  chatgpt: {
    name: 'chatgpt',
    // Its document has an id of the app in its URL, which nobody outside knows.
    registration: {
      ...publicClient,
      redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
    },
    redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
    resource: root,
    readsDocuments: true,
  },
  codex: {
    name: 'codex',
    registration: {
      ...publicClient,
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1:51823/callback/b7d8c1a0'],
    },
    redirectUri: 'http://127.0.0.1:51823/callback/b7d8c1a0',
    resource: canonical,
    document: {
      clientId: 'https://chatgpt.com/oauth/codex/client.json',
      redirectUri: 'http://127.0.0.1:51823/callback/b7d8c1a0',
    },
    readsDocuments: true,
  },
  'gemini-cli': {
    name: 'gemini-cli',
    registration: { ...publicClient, redirect_uris: ['http://localhost:43117/oauth/callback'] },
    redirectUri: 'http://localhost:43117/oauth/callback',
    resource: canonical,
    readsDocuments: false,
  },
}
