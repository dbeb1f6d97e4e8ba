import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CompanySso, freePort, startClientHost, startCompanySso } from '@gateway/backends'
import { pino } from 'pino'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createDependencies } from '../../src/dependencies.ts'
import { jsonHeaders } from './gateway.ts'
import { type Tenancy, tenantsText } from './tenancy.ts'
import { send, type WireAnswer } from './wire.ts'

/** The gateway and its authorization server in this process, with the sign-ins of both customers, over loopback. */
export interface SignInGateway extends AsyncDisposable {
  readonly url: string
  readonly resource: string
  readonly issuer: string
  /** Their people are of the group `staff`, who may read and write. */
  readonly companies: { readonly acme: CompanySso; readonly globex: CompanySso }
  /** Every host of the internet, as far as the authorization server can tell. */
  readonly hosts: Awaited<ReturnType<typeof startClientHost>>
  /** Whose account a token reaches, and with which tools. */
  reach(accessToken: string): Promise<{ readonly tenant: unknown; readonly tools: readonly string[] }>
}

export interface SignInGatewayOptions {
  /** Host names of clients that describe themselves. */
  readonly clientHosts: readonly string[]
  /** Under which clients know it, where something stands in front of it. */
  readonly publicUrl?: string
  readonly tenancy?: (tenancy: Tenancy, companies: SignInGateway['companies']) => void
}

/** Starts all of it, with stores in memory. */
export const startSignInGateway = async (options: SignInGatewayOptions): Promise<SignInGateway> => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gateway-sign-in-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const [port, authorizationPort] = [await freePort(), await freePort()]
  const [url, issuer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${authorizationPort}`]
  const hosts = stack.use(await startClientHost(options.clientHosts))
  const companies = { acme: stack.use(await startCompanySso()), globex: stack.use(await startCompanySso()) }
  const tenantsFile = join(folder, 'tenants.yaml')
  await writeFile(tenantsFile, tenantsOf(companies, options.tenancy))
  const config = readConfig({
    PORT: String(port),
    ...(options.publicUrl !== undefined && { PUBLIC_URL: options.publicUrl }),
    TENANTS_FILE: tenantsFile,
    AUDIT_FILE: join(folder, 'audit.jsonl'),
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AUTHORIZATION_URL: issuer,
    AUTHORIZATION_PORT: String(authorizationPort),
    EGRESS_PROXY_URL: hosts.proxyUrl,
  })
  const dependencies = await createDependencies(config, {
    env: { SSO_SECRET_ACME: companies.acme.clientSecret, SSO_SECRET_GLOBEX: companies.globex.clientSecret },
    log: pino({ level: 'silent' }),
    // Any address of the internet will do: the proxy brings all of them to the same host.
    clientHosts: { ca: hosts.ca, lookup: async () => ['198.51.101.7'] },
  })
  stack.defer(() => dependencies.close())
  const app = await buildApp(dependencies)
  stack.defer(() => app.close())
  const server = dependencies.authorization?.app
  if (!server) throw new Error('no authorization server')
  stack.defer(() => server.close())
  await app.listen({ host: config.host, port })
  await server.listen({ host: config.host, port: authorizationPort })

  const ask = async (accessToken: string, method: string, params = {}): Promise<WireAnswer> => {
    const answer = await send(url, {
      method: 'POST',
      path: '/mcp',
      headers: [['authorization', `Bearer ${accessToken}`], ...jsonHeaders],
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    if (answer.status !== 200) throw new Error(`${method}: ${answer.status} ${answer.body}`)
    return answer
  }
  const held = stack.move()
  return {
    url,
    resource: config.resource,
    issuer,
    companies,
    hosts,
    async reach(accessToken) {
      const listed = JSON.parse((await ask(accessToken, 'tools/list')).body)
      const who = JSON.parse((await ask(accessToken, 'tools/call', { name: 'aws_whoami' })).body)
      return {
        tenant: who.result.structuredContent.data.tenant.id,
        tools: listed.result.tools.map(({ name }: { name: string }) => name),
      }
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

const tenantsOf = (
  companies: SignInGateway['companies'],
  change: SignInGatewayOptions['tenancy'] = () => undefined,
): string => {
  const issuing = ({ issuer, jwksUri }: CompanySso) => ({
    issuer,
    jwks: { url: jwksUri },
    key: { alg: 'ES256' },
  })
  return tenantsText({ acme: issuing(companies.acme), globex: issuing(companies.globex) }, (tenancy) => {
    for (const name of ['acme', 'globex'] as const) {
      // The same person calls for all of the hosts.
      tenancy[name].limits = { tenant: plenty, user: plenty }
      const { issuer, jwksUri, clientId } = companies[name]
      tenancy[name].connections = [
        {
          issuer,
          jwksUri,
          clientId,
          algorithms: ['ES256'],
          clientSecretRef: `SSO_SECRET_${name.toUpperCase()}`,
          emailDomains: [`${name}.example`],
          groupToScope: { staff: ['aws:read', 'aws:write'] },
        },
      ]
    }
    change(tenancy, companies)
  })
}

const plenty = { perMinute: 100_000, burst: 10_000 }
