import { type Browser, type CompanySso, createBrowser, freePort, type Page } from '@gateway/backends'
import {
  type Approvals,
  type AuditEvent,
  type AuditLog,
  createApprovals,
  type OAuthStore,
  parseTenants,
  type RevocationStore,
  type Stops,
  type Tenant,
  type TenantDirectory,
} from '@gateway/domain'
import { memoryOAuthStore, memoryRecordStore, memoryRevocationStore } from '@gateway/stores'
import { pino } from 'pino'
import { buildAuthorizationServer } from '../app.ts'
import { type ClientFetchOptions, createClientFetch } from '../clients/client-fetch.ts'
import { createSigningKeys } from '../create-signing-keys.ts'

/** Where the app of tests listens; nothing does. */
export const appRedirect = 'http://127.0.0.1:8765/callback'

/** An authorization server on loopback, with stores in memory unless others are given. */
export interface Harness extends AsyncDisposable {
  readonly issuer: string
  readonly resource: string
  readonly audit: readonly AuditEvent[]
  /** Calls that wait for a word on its pages. */
  readonly approvals: Approvals
  readonly logs: readonly string[]
  /** In force from now on. */
  setTenants(tenants: readonly Tenant[]): void
  /** Sends a request with the right Host. */
  send(path: string, init?: RequestInit): Promise<Response>
  post(path: string, form: Readonly<Record<string, string>> | readonly [string, string][]): Promise<Response>
  register(metadata?: object): Promise<{ client_id: string } & Record<string, unknown>>
  browser(stopAt?: string): Browser
  /** A browser's way from `/auth` through consent and SSO back to the app; the parameters that the app gets. */
  signIn(asked: Asked): Promise<URLSearchParams>
  /** The URL of `/auth`. */
  authUrl(asked: Asked): string
  /** Redeems a code for tokens. */
  redeem(
    code: string,
    asked: Pick<Asked, 'clientId'>,
    more?: Readonly<Record<string, string>>,
  ): Promise<Response>
}

export interface Asked {
  readonly clientId: string
  readonly scope?: string
  readonly also?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly browser?: Browser
}

export interface HarnessOptions {
  readonly store?: OAuthStore
  readonly revocations?: RevocationStore
  /** `off` where no pages for approvals are served. */
  readonly approvals?: Approvals | 'off'
  readonly stops?: Stops
  /** Asked before an event is kept. */
  readonly audit?: AuditLog
  readonly port?: number
  readonly now?: () => number
  readonly allow?: (host: string) => boolean
  readonly trustedProxies?: readonly string[]
  readonly tooMuch?: () => string | undefined
  /** How documents of clients are reached. */
  readonly reach?: Pick<ClientFetchOptions, 'lookup' | 'proxyUrl' | 'ca'>
}

export const verifier = 'a-verifier-of-a-test-that-is-long-enough-for-the-rule'
/** base64url(SHA-256(verifier)) (RFC 7636 section 4.2). */
const challengeOf = async (text: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('base64url')

/** Starts it for these tenants. */
export const startHarness = async (
  tenants: readonly Tenant[],
  options: HarnessOptions = {},
): Promise<Harness> => {
  const now = options.now ?? (() => Date.now())
  const resource = 'http://127.0.0.1:3000/mcp'
  const audit: AuditEvent[] = []
  const logs: string[] = []
  const listeners = new Set<(id: string | undefined) => void>()
  let inForce = tenants
  const directory: TenantDirectory = {
    known: (id) => inForce.find((tenant) => tenant.id === id),
    find: async (id) => inForce.find((tenant) => tenant.id === id),
    issuedBy: async (issuer) =>
      inForce.flatMap((tenant) =>
        tenant.connections
          .filter((each) => each.issuer === issuer)
          .map((connection) => ({ tenant, connection })),
      ),
    list: async (after) =>
      inForce
        .map(({ id }) => id)
        .filter((id) => after === undefined || id > after)
        .sort(),
    listen(hear) {
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
  }
  const store = options.store ?? memoryOAuthStore({ now })
  const port = options.port ?? (await freePort())
  const issuer = `http://127.0.0.1:${port}`
  const approvals =
    options.approvals === undefined || options.approvals === 'off'
      ? createApprovals({ records: memoryRecordStore({ now }), now })
      : options.approvals
  const sealKeys = [Buffer.alloc(32, 7)] as const
  const app = await buildAuthorizationServer({
    issuer,
    resource,
    store,
    revocations: options.revocations ?? memoryRevocationStore({ now }),
    directory,
    keys: createSigningKeys({ store, sealKeys, now }),
    audit: {
      append: async (event) => {
        await options.audit?.append(event)
        audit.push(event)
      },
    },
    logger: pino({ level: 'trace' }, { write: (line: string) => void logs.push(line) }),
    approvals: options.approvals === 'off' ? undefined : approvals,
    stops: options.stops,
    clients: {
      fetch: createClientFetch({ now, ...options.reach, ...(options.allow && { allow: options.allow }) }),
      allow: options.allow,
    },
    cookieKeys: [Buffer.alloc(32, 8)],
    trustedProxies: options.trustedProxies ?? [],
    ...(options.tooMuch && { tooMuch: options.tooMuch }),
    secretOf: (ref) => (ref === 'SSO_SECRET_TEST' ? 'a secret of the company' : undefined),
    now,
  })
  await app.listen({ host: '127.0.0.1', port })
  const challenge = await challengeOf(verifier)

  const harness: Harness = {
    issuer,
    resource,
    audit,
    approvals,
    logs,
    setTenants(next) {
      inForce = next
      for (const hear of listeners) hear(undefined)
    },
    send: (path, init) => fetch(`${issuer}${path}`, { redirect: 'manual', ...init }),
    post: (path, form) =>
      fetch(`${issuer}${path}`, {
        method: 'POST',
        body: new URLSearchParams(Array.isArray(form) ? form : Object.entries(form)),
        redirect: 'manual',
      }),
    async register(metadata = { client_name: 'Test app', redirect_uris: [appRedirect] }) {
      const answer = await fetch(`${issuer}/reg`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(metadata),
      })
      if (answer.status !== 201) throw new Error(`not registered: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as { client_id: string }
    },
    browser: (stopAt = appRedirect) => createBrowser(stopAt),
    authUrl: ({ clientId, scope, parameters }) =>
      `${issuer}/auth?${new URLSearchParams({
        client_id: clientId,
        redirect_uri: appRedirect,
        response_type: 'code',
        code_challenge: challenge,
        code_challenge_method: 'S256',
        state: 'of-the-app',
        resource,
        ...(scope !== undefined && { scope }),
        ...parameters,
      })}`,
    async signIn(asked) {
      const { also, browser = harness.browser() } = asked
      const consent = await browser.open(harness.authUrl(asked))
      const last = await browser.submit(consent, { answer: 'continue', ...(also !== undefined && { also }) })
      return parametersOf(last)
    },
    redeem: (code, { clientId }, more = {}) =>
      harness.post('/token', {
        grant_type: 'authorization_code',
        code,
        client_id: clientId,
        redirect_uri: appRedirect,
        code_verifier: verifier,
        resource,
        ...more,
      }),
    [Symbol.asyncDispose]: () => app.close().then(() => undefined),
  }
  return harness
}

/** What an app gets at its redirect URI; throws for any other page. */
const parametersOf = ({ url, status, text }: Page): URLSearchParams => {
  if (status !== 0)
    throw new Error(`the browser stayed at ${url}, with status ${status}: ${text.slice(0, 3000)}`)
  return new URL(url).searchParams
}

/** A tenant whose people sign in at `sso`; `change` replaces members of its connection. */
export const tenantAt = (
  id: string,
  sso: Pick<CompanySso, 'issuer' | 'jwksUri' | 'clientId'>,
  change: object = {},
): Tenant => {
  const [tenant] = parseTenants(
    {
      tenants: [
        {
          id,
          name: `${id[0]?.toUpperCase()}${id.slice(1)} Ltd`,
          connections: [
            {
              issuer: sso.issuer,
              jwksUri: sso.jwksUri,
              algorithms: ['ES256'],
              clientId: sso.clientId,
              clientSecretRef: 'SSO_SECRET_TEST',
              emailDomains: [`${id}.example`],
              groupToScope: { staff: ['aws:read'], builders: ['aws:read', 'aws:write'] },
              ...change,
            },
          ],
          accounts: [
            {
              alias: 'main',
              accountId: '111111111111',
              defaultRegion: 'eu-west-1',
              roles: {
                read: { roleArn: `arn:aws:iam::111111111111:role/${id}`, externalId: `${id}-external-id` },
              },
            },
          ],
          permissions: { allowedServices: ['s3'], allowedRegions: ['eu-west-1'] },
        },
      ],
    },
    'a test',
  )
  if (!tenant) throw new Error('no tenant')
  return tenant
}
