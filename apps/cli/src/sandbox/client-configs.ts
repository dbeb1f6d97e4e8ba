/** Name under which clients list the sandbox. */
export const serverName = 'aws-sandbox'

/** `~/.cursor/mcp.json` or `.cursor/mcp.json`. */
export const cursorConfig = (url: string, token: string) => ({
  mcpServers: { [serverName]: { url, headers: { Authorization: `Bearer ${token}` } } },
})

/** `.vscode/mcp.json`. */
export const vsCodeConfig = (url: string, token: string) => ({
  servers: { [serverName]: { type: 'http', url, headers: { Authorization: `Bearer ${token}` } } },
})

/** The same without a token: VS Code asks for it once and keeps it in its secret storage. */
export const vsCodeAskingConfig = (url: string) => ({
  inputs: [{ id: 'token', type: 'promptString', description: 'Token of the AWS sandbox', password: true }],
  ...vsCodeConfig(url, '${input:token}'),
})

/** Indented, with objects of one string on one line. */
export const prettyJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(/\{\s+("[^"]*": "[^"]*")\s+\}/g, '{ $1 }')
