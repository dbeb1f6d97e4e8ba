/** A program of a vendor as it connects: what it says of itself, and how it asks. */
export interface HostShape {
  readonly name: string
  /** The document at its `client_id`; absent where it registers itself. */
  readonly document?: Readonly<Record<string, unknown>> & { readonly client_id: string }
  /** What it registers; absent where it has a document. */
  readonly registration?: Readonly<Record<string, unknown>>
  /** Where it wants its answer: one of those that it named, on loopback at a port of this moment. */
  readonly redirectUri: string
  /** How it spells the resource; absent where it names none. */
  readonly resource?: 'url' | 'url/' | 'origin' | 'origin/' | 'ORIGIN'
  /** What it asks for; absent where it leaves that out. */
  readonly scope?: string
  readonly prompt?: string
  /** Looks for the authorization server at the origin of the gateway, whatever the challenge says. */
  readonly ignoresChallenge?: true
  /** Signs its requests for tokens. */
  readonly signs?: 'RS256'
  /** How it refreshes: with as little as it can, or all of its processes at once. */
  readonly refreshes: 'with all' | 'without scope and resource' | 'twice at once'
}

const both = ['authorization_code', 'refresh_token']
const device = 'urn:ietf:params:oauth:grant-type:device_code'
const common = { grant_types: both, response_types: ['code'], token_endpoint_auth_method: 'none' }
const claudeWeb = ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback']
const [claudeRedirect = '', claudeTwin = ''] = claudeWeb
const vscodeWeb = ['https://insiders.vscode.dev/redirect', 'https://vscode.dev/redirect']
const vscodeLoopback = ['http://127.0.0.1/', 'http://127.0.0.1:33418/']
const cursorRedirect = 'cursor://anysphere.cursor-mcp/oauth/callback'

/** As their vendors publish them and as they were reported to behave; not verified against the live products. */
export const hostShapes: readonly HostShape[] = [
  {
    name: 'Claude.ai by its document',
    document: {
      client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
      client_name: 'Claude',
      client_uri: 'https://claude.ai',
      redirect_uris: claudeWeb,
      ...common,
    },
    redirectUri: claudeRedirect,
    resource: 'url',
    scope: 'aws:read offline_access',
    prompt: 'consent',
    refreshes: 'twice at once',
  },
  {
    name: 'Claude Desktop by its document, at the twin host',
    document: {
      client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
      client_name: 'Claude',
      redirect_uris: claudeWeb,
      ...common,
    },
    redirectUri: claudeTwin,
    resource: 'origin/',
    scope: 'offline_access',
    refreshes: 'with all',
  },
  {
    name: 'Claude.ai that registers itself, for a secret that it does not get',
    registration: {
      client_name: 'claudeai',
      redirect_uris: [claudeRedirect],
      ...common,
      token_endpoint_auth_method: 'client_secret_post',
      scope: 'aws:read',
    },
    redirectUri: claudeRedirect,
    resource: 'url',
    scope: 'aws:read',
    refreshes: 'with all',
  },
  {
    name: 'Claude Code by its document',
    document: {
      client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
      client_name: 'Claude Code',
      client_uri: 'https://claude.ai',
      redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
      ...common,
    },
    redirectUri: 'http://localhost:53117/callback',
    resource: 'origin/',
    scope: 'aws:read',
    refreshes: 'without scope and resource',
  },
  {
    name: 'Claude Code that registers itself, and reads no challenge',
    registration: {
      client_name: 'Claude Code (aws)',
      redirect_uris: ['http://localhost:49231/callback'],
      ...common,
      application_type: 'native',
      scope: 'aws:read',
    },
    redirectUri: 'http://localhost:49231/callback',
    resource: 'url/',
    ignoresChallenge: true,
    refreshes: 'twice at once',
  },
  {
    name: 'ChatGPT, which signs',
    document: {
      client_id: 'https://chatgpt.com/oauth/conn_68f0c2/client.json',
      client_name: 'ChatGPT',
      client_uri: 'https://chatgpt.com',
      redirect_uris: ['https://chatgpt.com/connector/oauth/conn_68f0c2'],
      ...common,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
      jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
    },
    redirectUri: 'https://chatgpt.com/connector/oauth/conn_68f0c2',
    resource: 'origin',
    scope: 'aws:read',
    signs: 'RS256',
    refreshes: 'with all',
  },
  {
    name: 'ChatGPT that registers itself',
    registration: {
      client_name: 'ChatGPT',
      redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
      ...common,
    },
    redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
    resource: 'origin',
    refreshes: 'without scope and resource',
  },
  {
    name: 'Codex by its document',
    document: {
      client_id: 'https://chatgpt.com/oauth/codex/client.json',
      client_name: 'Codex',
      redirect_uris: ['http://127.0.0.1/callback/9b1f', 'http://localhost/callback/9b1f'],
      ...common,
    },
    redirectUri: 'http://127.0.0.1:1455/callback/9b1f',
    resource: 'url',
    refreshes: 'without scope and resource',
  },
  {
    name: 'Codex that registers itself',
    registration: {
      client_name: 'Codex',
      redirect_uris: ['http://127.0.0.1:40021/callback/9b1f'],
      ...common,
    },
    redirectUri: 'http://127.0.0.1:40021/callback/9b1f',
    refreshes: 'with all',
  },
  {
    name: 'VS Code by its document, on the web',
    document: {
      client_id: 'https://vscode.dev/oauth/client-metadata.json',
      client_name: 'Visual Studio Code',
      client_uri: 'https://vscode.dev',
      redirect_uris: [...vscodeWeb, ...vscodeLoopback],
      ...common,
      grant_types: [...both, device],
      application_type: 'native',
    },
    redirectUri: 'https://vscode.dev/redirect',
    resource: 'url',
    scope: 'aws:read',
    refreshes: 'with all',
  },
  {
    name: 'VS Code by its document, when its usual port is taken',
    document: {
      client_id: 'https://vscode.dev/oauth/client-metadata.json',
      client_name: 'Visual Studio Code',
      redirect_uris: [...vscodeWeb, ...vscodeLoopback],
      ...common,
    },
    redirectUri: 'http://127.0.0.1:52044/',
    resource: 'url',
    refreshes: 'without scope and resource',
  },
  {
    name: 'VS Code that registers itself',
    registration: {
      client_name: 'Visual Studio Code',
      client_uri: 'https://code.visualstudio.com',
      redirect_uris: [...vscodeWeb, ...vscodeLoopback, 'http://127.0.0.1:51813/'],
      ...common,
      grant_types: [...both, device],
      application_type: 'native',
      scope: 'aws:read',
    },
    redirectUri: 'http://127.0.0.1:33418/',
    resource: 'url',
    scope: 'aws:read',
    refreshes: 'with all',
  },
  {
    name: 'Cursor, to its own scheme',
    registration: {
      client_name: 'Cursor',
      redirect_uris: [
        cursorRedirect,
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
      ...common,
    },
    redirectUri: cursorRedirect,
    resource: 'url',
    refreshes: 'with all',
  },
  {
    name: 'Cursor on the web',
    registration: {
      client_name: 'Cursor',
      redirect_uris: [
        cursorRedirect,
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
      ...common,
    },
    redirectUri: 'https://www.cursor.com/agents/mcp/oauth/callback',
    resource: 'ORIGIN',
    scope: 'openid profile offline_access',
    refreshes: 'twice at once',
  },
  {
    name: 'Gemini CLI',
    registration: {
      client_name: 'Gemini CLI MCP Client',
      redirect_uris: ['http://localhost:38761/oauth/callback'],
      ...common,
      code_challenge_method: ['S256'],
      scope: '',
    },
    redirectUri: 'http://localhost:38761/oauth/callback',
    resource: 'url',
    scope: 'aws:read',
    refreshes: 'without scope and resource',
  },
  {
    name: 'GitHub Copilot CLI',
    document: {
      client_id: 'https://github.com/copilot/cli/client-metadata.json',
      client_name: 'GitHub Copilot CLI',
      redirect_uris: ['http://127.0.0.1/callback'],
      ...common,
    },
    redirectUri: 'http://127.0.0.1:60123/callback',
    resource: 'url',
    refreshes: 'with all',
  },
  {
    name: 'OpenCode',
    document: {
      client_id: 'https://opencode.ai/oauth/opencode/client.json',
      client_name: 'OpenCode',
      redirect_uris: ['http://127.0.0.1/mcp/oauth/callback'],
      ...common,
    },
    redirectUri: 'http://127.0.0.1:19876/mcp/oauth/callback',
    resource: 'url',
    refreshes: 'with all',
  },
]
