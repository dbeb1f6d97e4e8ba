/** Name under which clients list the sandbox. */
export const serverName = 'aws-sandbox'

/** `~/.cursor/mcp.json` or `.cursor/mcp.json`; without a token Cursor signs in through a browser. */
export const cursorConfig = (url: string, token?: string) => ({
  mcpServers: { [serverName]: { url, ...headersWith(token) } },
})

/** `.vscode/mcp.json`; without a token VS Code signs in through a browser. */
export const vsCodeConfig = (url: string, token?: string) => ({
  servers: { [serverName]: { type: 'http', url, ...headersWith(token) } },
})

const headersWith = (token: string | undefined) =>
  token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }

/** Indented, with objects of one string on one line. */
export const prettyJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(/\{\s+("[^"]*": "[^"]*")\s+\}/g, '{ $1 }')
