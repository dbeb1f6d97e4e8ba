import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { sandboxOperator } from './sandbox-operator.ts'
import { TenantFailure, wrongUse } from './tenant-failure.ts'

/** The admin API and the token that is sent to it. */
export interface AdminConnection {
  /** Ends in `/admin/v1`. */
  readonly baseUrl: string
  readonly token: string
  /** Whether both are of the sandbox of this clone. */
  readonly ofSandbox: boolean
}

/** Where a connection may be named. */
export interface ConnectionSources {
  readonly url: string | undefined
  readonly tokenFile: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder that the files of the command line are relative to. */
  readonly folder: string
  /** Folder where the sandbox of this clone writes; absent outside of a clone. */
  readonly sandboxFolder: string | undefined
}

/**
 * The connection that the command line names, else the environment, else a running sandbox. Throws `TenantFailure`; no
 * message has the token in it.
 */
export const connectionOf = async (sources: ConnectionSources): Promise<AdminConnection> => {
  const { env } = sources
  const url = sources.url ?? (env.AWS_MCP_ADMIN_URL || undefined)
  const token = await tokenIn(sources)
  const sandbox = await sandboxOperator(sources.sandboxFolder)
  if (url === undefined && token === undefined && sandbox) {
    return { baseUrl: baseUrlOf(sandbox.adminUrl), token: sound(sandbox.token), ofSandbox: true }
  }
  // A token is sent nowhere but to where its owner says: not to whatever listens where a sandbox did.
  if (url === undefined) {
    throw wrongUse('Say which gateway: --url https://mcp.example.com, or AWS_MCP_ADMIN_URL.')
  }
  const baseUrl = baseUrlOf(url)
  if (token !== undefined) return { baseUrl, token, ofSandbox: false }
  if (sandbox && baseUrlOf(sandbox.adminUrl) === baseUrl) {
    return { baseUrl, token: sound(sandbox.token), ofSandbox: true }
  }
  throw wrongUse(
    'An access token is needed: --token-file FILE, AWS_MCP_ADMIN_TOKEN_FILE, or the token itself in AWS_MCP_ADMIN_TOKEN. Its audience is the public URL of the gateway with /admin.',
  )
}

const tokenIn = async ({ tokenFile, env, folder }: ConnectionSources): Promise<string | undefined> => {
  const file = tokenFile ?? (env.AWS_MCP_ADMIN_TOKEN_FILE || undefined)
  if (file === undefined) return env.AWS_MCP_ADMIN_TOKEN ? sound(env.AWS_MCP_ADMIN_TOKEN) : undefined
  const text = await readFile(resolve(folder, file), 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    throw new TenantFailure(`The token file ${file} cannot be read (${thrown.code ?? 'unknown'}).`)
  })
  return sound(text)
}

/** A bearer token (RFC 6750 section 2.1); anything else in it would be another header, or a whole other file. */
const sound = (text: string): string => {
  const token = text.trim()
  if (token.length <= 16_384 && /^[\w.~+/-]+=*$/.test(token)) return token
  throw wrongUse('The access token is none: it must be one line of letters, digits and -._~+/=.')
}

/** URL of the admin API of a gateway that is named by its own URL, or by that of the API. Throws `TenantFailure`. */
export const baseUrlOf = (text: string): string => {
  // Node 20 has no URL.parse.
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw wrongUse('The URL of the gateway must be an https URL such as https://mcp.example.com.')
  }
  if (url.username || url.password || url.search || url.hash) {
    throw wrongUse('The URL of the gateway must have no user, password, query or fragment.')
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw wrongUse('The URL of the gateway must be https: over http anybody on the way could read the token.')
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/admin(\/v1)?$/, '')
  return `${url.origin}${path}/admin/v1`
}

/** RFC 6761 section 6.3 and RFC 1122 section 3.2.1.3; the URL parser has spelled addresses in the one usual way. */
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
