import { createHash, randomBytes } from 'node:crypto'
import {
  type Browser,
  type CompanySso,
  createBrowser,
  freePort,
  type Page,
  startCompanySso,
  startRoundRobinProxy,
} from '@gateway/backends'
import { type Service, type ServiceOptions, startService } from './service.ts'
import type { TestTenant } from './tenancy.ts'
import { send, type WireAnswer } from './wire.ts'

/** Two gateways with their authorization servers, each behind one name, and the SSOs of both companies. */
export interface SignInService extends AsyncDisposable {
  readonly service: Service
  /** Origin of the balancer before the authorization servers. */
  readonly issuer: string
  readonly resource: string
  readonly sso: Readonly<Record<Company, CompanySso>>
  /** Id of a company's tenant. */
  idOf(company: Company): string
  /** Sends a request to one authorization server under the name that both have; redirects are not followed. */
  ask(replica: Replica, path: string, init?: RequestInit): Promise<Response>
  /** POST of a form to `/token` or another path. */
  post(replica: Replica, form: Form, path?: string): Promise<Response>
  /** Registers a client of a name of its own unless one is given, and returns its id. */
  register(replica?: Replica, name?: string): Promise<string>
  /** A browser whose requests go where `replicaOf` says, in turn to both unless it is given; it stops at the app unless told where. */
  browser(replicaOf?: () => Replica, stopAt?: string): Browser
  /** The URL of `/auth` for a client. */
  authUrl(clientId: string): string
  /** From `/auth` to the page of consent, agreed to, and the company chosen, by its name here or its id: where that ends. */
  signIn(browser: Browser, options: { readonly clientId: string; readonly company?: string }): Promise<Page>
  /** What is sent to `/token` for a code at the app's redirect URI. */
  codeForm(page: Page, clientId: string): Form
  /** A whole sign-in, with a client of its own unless one is given. */
  tokens(company?: string, clientId?: string): Promise<Tokens & { readonly clientId: string }>
  /** POST of a JSON-RPC request to `/mcp` of one gateway under the name that both have. */
  call(replica: Replica, token: string, method?: string, params?: object): Promise<WireAnswer>
}

export interface SignInServiceOptions extends Omit<ServiceOptions, 'readyUrlOf'> {
  /** The processes that serve the authorization server; both unless given. */
  readonly authorizationOn?: readonly Replica[]
  /** As for a service, told where the process serves the authorization server. */
  readyUrlOf?(replica: Replica, authorizationOrigin: string): string | undefined
}

export type Company = 'acme' | 'globex'
export type Replica = 0 | 1
export type Form = Readonly<Record<string, string>>

/** What `/token` answers. */
export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

/** Where the app of these tests listens; nothing does. */
const redirectUri = 'http://127.0.0.1:8765/callback'
const verifier = 'a-verifier-of-a-test-that-is-long-enough-for-the-rule'

/** Starts all of it on a Redis of its own: signing keys belong to the whole of one. */
export const startSignInService = async (options: SignInServiceOptions): Promise<SignInService> => {
  const { authorizationOn = [0, 1], readyUrlOf, ...others } = options
  await using stack = new AsyncDisposableStack()
  const sso = {
    acme: stack.use(await startCompanySso('ann')),
    globex: stack.use(await startCompanySso('gus')),
  }
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const ports = [await freePort(), await freePort()] as const
  const [usual = 0] = authorizationOn
  const targets = authorizationOn.map((replica) => `http://127.0.0.1:${ports[replica]}`)
  const ids = { acme: '', globex: '' }
  const service = stack.use(
    await startService({
      ...others,
      env: { AUTHORIZATION_URL: issuer, SSO_SECRET_TEST: sso.acme.clientSecret, ...others.env },
      envOf: (replica) => ({
        ...(authorizationOn.includes(replica) && { AUTHORIZATION_PORT: `${ports[replica]}` }),
        ...others.envOf?.(replica),
      }),
      readyUrlOf: (replica) => readyUrlOf?.(replica, `http://127.0.0.1:${ports[replica]}`),
      tenancy(tenancy) {
        for (const company of ['acme', 'globex'] as const) {
          ids[company] = String(tenancy[company].id)
          addSso(tenancy[company], sso[company])
        }
        others.tenancy?.(tenancy)
      },
    }),
  )
  stack.use(await startRoundRobinProxy({ port, targets }))

  const sendTo = async (replica: Replica, request: Request): Promise<Response> => {
    const { pathname, search, host } = new URL(request.url)
    const body = await request.text()
    const answer = await send(`http://127.0.0.1:${ports[replica]}`, {
      method: request.method,
      path: `${pathname}${search}`,
      headers: [['host', host], ...request.headers],
      ...(request.method !== 'GET' && { body }),
    })
    return asResponse(answer)
  }
  const ask = (replica: Replica, path: string, init?: RequestInit): Promise<Response> =>
    sendTo(replica, new Request(`${issuer}${path}`, init))
  const post = (replica: Replica, form: Form, path = '/token'): Promise<Response> =>
    ask(replica, path, { method: 'POST', body: new URLSearchParams(form) })
  const browser = (replicaOf?: () => Replica, stopAt = redirectUri): Browser => {
    let turn = 0
    const inTurn = (): Replica => (turn++ % 2 === 0 ? 0 : 1)
    return createBrowser(stopAt, (request) =>
      request.url.startsWith(`${issuer}/`)
        ? sendTo((replicaOf ?? inTurn)(), request)
        : fetch(request, { redirect: 'manual' }),
    )
  }
  const host = new URL(service.url).host
  const held = stack.move()
  const made: SignInService = {
    ...{ service, issuer, sso, ask, post, browser },
    resource: `${service.url}/mcp`,
    idOf: (company) => ids[company],
    async register(replica = usual, name = `Test app ${randomBytes(4).toString('hex')}`) {
      const metadata = {
        client_name: name,
        redirect_uris: [redirectUri],
      }
      const headers = { 'content-type': 'application/json' }
      const answer = await ask(replica, '/reg', { method: 'POST', headers, body: JSON.stringify(metadata) })
      if (answer.status !== 201) throw new Error(`not registered: ${answer.status} ${await answer.text()}`)
      return ((await answer.json()) as { client_id: string }).client_id
    },
    authUrl: (clientId) =>
      `${issuer}/auth?${new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        state: 'of-the-app',
        resource: made.resource,
      })}`,
    async signIn(person, { clientId, company = 'acme' }) {
      const consent = await person.open(made.authUrl(clientId))
      const choice = await person.submit(consent, { answer: 'continue' })
      const id = company === 'acme' || company === 'globex' ? ids[company] : company
      return choice.status === 200 ? person.submit(choice, { company: id }) : choice
    },
    codeForm: ({ url, status, text }, clientId) => {
      const code = new URL(url).searchParams.get('code')
      if (status !== 0 || code === null)
        throw new Error(`no code: ${status} at ${url}: ${text.slice(0, 2000)}`)
      return {
        grant_type: 'authorization_code',
        client_id: clientId,
        redirect_uri: redirectUri,
        code_verifier: verifier,
        resource: made.resource,
        code,
      }
    },
    async tokens(company = 'acme', given) {
      const clientId = given ?? (await made.register())
      const page = await made.signIn(
        browser(() => usual),
        { clientId, company },
      )
      const answer = await post(usual, made.codeForm(page, clientId))
      if (answer.status !== 200) throw new Error(`no tokens: ${answer.status} ${await answer.text()}`)
      return { ...((await answer.json()) as Tokens), clientId }
    },
    call: (replica, token, method = 'tools/list', params = {}) =>
      send(service.origins[replica], {
        method: 'POST',
        path: '/mcp',
        headers: [
          ['host', host],
          ['authorization', `Bearer ${token}`],
          ['content-type', 'application/json'],
          ['accept', 'application/json, text/event-stream'],
        ],
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
  return made
}

const addSso = (tenant: TestTenant, sso: CompanySso): void => void tenant.connections.push(connectionOf(sso))

/** The connection of a tenant whose people sign in at an SSO. */
export const connectionOf = ({ issuer, jwksUri, clientId }: CompanySso) => ({
  ...{ issuer, jwksUri, clientId },
  algorithms: ['ES256'],
  clientSecretRef: 'SSO_SECRET_TEST',
  groupToScope: { staff: ['aws:read'] },
})

const asResponse = ({ status, headers, body }: WireAnswer): Response => {
  const all = new Headers()
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values ?? []].flat()) all.append(name, value)
  }
  return new Response(status === 204 || status === 304 ? null : body, { status, headers: all })
}
