import { type CannedAws, freePort, startCannedAws, startSignIn } from '@gateway/backends'
import type { AuditEvent } from '@gateway/domain'
import { openFolder, startProcess, untilServing } from './gateway-process.ts'

/** A gateway process with many customers behind one sign-in, each with an account of its own. */
export interface ManyTenants extends AsyncDisposable {
  readonly aws: CannedAws
  /** Account ids, in the order of the tenants. */
  readonly accounts: readonly string[]
  /** Calls `aws_ec2_describe_instances` as a user of the tenant of `account`. */
  call(account: string, user?: string): Promise<Answered>
  audit(): Promise<AuditEvent[]>
}

/** What a call came back with. */
export interface Answered {
  readonly status: number
  readonly isError: boolean
  /** Accounts that the instances are of, and the receipt or the error. */
  readonly owners: readonly string[]
  readonly receipt?: { readonly tenant: string; readonly accountId: string }
  readonly error?: { readonly code: string; readonly message: string; readonly [field: string]: unknown }
}

/** Starts it; tenants get limits that no test reaches. */
export const startManyTenants = async (
  count: number,
  env: Readonly<Record<string, string>> = {},
): Promise<ManyTenants> => {
  await using stack = new AsyncDisposableStack()
  const aws = stack.use(await startCannedAws())
  const signIn = stack.use(await startSignIn())
  const accounts = Array.from({ length: count }, (_, n) => String(300_000_000_000 + n))
  const tenants = accounts.map((account) => tenantIn(account, signIn.issuer))
  const folder = stack.use(await openFolder(JSON.stringify({ tenants })))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const gateway = stack.use(
    startProcess(folder, { PORT: String(port), AWS_ENDPOINT_URL: aws.origin, LOG_LEVEL: 'silent', ...env }),
  )
  await untilServing(gateway, `${url}/readyz`)
  const tokens = new Map<string, Promise<string>>()
  const tokenOf = (account: string, user: string): Promise<string> => {
    const key = `${account} ${user}`
    const token = tokens.get(key) ?? signIn.token(`${url}/mcp`, user, { company: account })
    tokens.set(key, token)
    return token
  }
  const held = stack.move()
  return {
    aws,
    accounts,
    async call(account, user = 'ann') {
      const response = await fetch(`${url}/mcp`, {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${await tokenOf(account, user)}` },
        body,
      })
      return answeredOf(response.status, await response.json())
    },
    audit: gateway.audit,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

const tool = 'aws_ec2_describe_instances'
const version = '2026-07-28'

const headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': version,
  'mcp-method': 'tools/call',
  'mcp-name': tool,
}

const body = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: {
    name: tool,
    arguments: {},
    _meta: {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
    },
  },
})

interface Wire {
  readonly result?: {
    readonly isError?: boolean
    readonly structuredContent?: {
      readonly data?: { readonly instances: readonly { readonly name?: string }[] }
      readonly receipt?: Answered['receipt']
      readonly error?: Answered['error']
    }
  }
  readonly error?: { readonly code: number; readonly message: string; readonly data?: { code?: string } }
}

const answeredOf = (status: number, wire: unknown): Answered => {
  const { result, error: refused } = wire as Wire
  const { data, receipt, error } = result?.structuredContent ?? {}
  return {
    status,
    isError: result?.isError === true || refused !== undefined,
    owners: [...new Set((data?.instances ?? []).map(({ name = '' }) => name.replace(/^of-/, '')))],
    ...(receipt && { receipt }),
    ...(error && { error }),
    ...(refused && { error: { code: refused.data?.code ?? String(refused.code), message: refused.message } }),
  }
}

const generous = { perMinute: 1_000_000, burst: 100_000 }

const tenantIn = (accountId: string, issuer: string) => ({
  id: `t${accountId}`,
  name: `Tenant of ${accountId}`,
  connections: [
    {
      issuer,
      jwksUri: issuer,
      algorithms: ['ES256'],
      directTokens: true,
      allowedClients: ['suite'],
      pins: { company: accountId },
    },
  ],
  accounts: [
    {
      alias: 'main',
      accountId,
      defaultRegion: 'eu-west-1',
      roles: {
        read: {
          roleArn: `arn:aws:iam::${accountId}:role/mcp-gateway-read`,
          externalId: `external-id-of-${accountId}`,
        },
      },
    },
  ],
  permissions: { allowedServices: ['ec2', 'sts'], allowedRegions: ['eu-west-1'] },
  operations: { timeout: 3_000, retryCount: 1 },
  limits: { tenant: generous, user: generous, aws: { ec2: generous, sts: generous } },
})
