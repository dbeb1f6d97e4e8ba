/** Documents of vendors whose name is shown for their host: only they can put anything there. */
const documents: Readonly<Record<string, string>> = {
  'https://claude.ai/oauth/claude-code-client-metadata': 'Claude Code',
  'https://claude.ai/oauth/mcp-oauth-client-metadata': 'Claude',
  'https://chatgpt.com/oauth/codex/client.json': 'Codex',
  'https://vscode.dev/oauth/client-metadata.json': 'Visual Studio Code',
  'https://github.com/copilot/cli/client-metadata.json': 'GitHub Copilot CLI',
  'https://opencode.ai/oauth/opencode/client.json': 'OpenCode',
}

/** ChatGPT has one document for each connector. */
const chatgpt = /^https:\/\/chatgpt\.com\/oauth\/[\w-]{1,128}\/client\.json$/

/** Whether a `client_id` is a document that a known vendor certainly has. */
export const isVendorDocument = (clientId: string): boolean => Object.hasOwn(documents, clientId)

/**
 * The name of the vendor whose own host vouches for a `client_id`; undefined for all others, whatever they call themselves.
 * Names of clients that registered themselves prove nothing.
 */
export const vendorOf = (clientId: string): string | undefined => {
  if (isVendorDocument(clientId)) return documents[clientId]
  return chatgpt.test(clientId) ? 'ChatGPT' : undefined
}
