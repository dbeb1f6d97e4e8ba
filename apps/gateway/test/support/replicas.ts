import { randomBytes } from 'node:crypto'
import { adminEnvironment, startGateway, type TestGateway } from './gateway.ts'
import { connectionTo, type Tenancy } from './tenancy.ts'
import { send, type WireAnswer, type WireRequest } from './wire.ts'

/** Two gateways behind one name, with one Redis, tenants file and sign-in. */
export interface Replicas extends AsyncDisposable {
  readonly first: TestGateway
  readonly second: TestGateway
  /** Sends to replica 0 or 1 as a balancer would: under the name that both have. */
  send(replica: 0 | 1, request: WireRequest): Promise<WireAnswer>
  /** POST of a JSON-RPC request by the bearer of `token`. */
  call(replica: 0 | 1, token: string, message: Message): Promise<WireAnswer>
}

export interface Message {
  readonly method: string
  readonly params?: object
  readonly session?: string
}

/** Starts both; tenants get ids of their own, because the Redis is shared with other tests. */
export const startReplicas = async (
  redisUrl: string,
  change: (tenancy: Tenancy) => void = () => undefined,
  envFor: (acmeId: string) => Readonly<Record<string, string>> = () => ({}),
  {
    admin = false,
    authorization = false,
    awsUrl,
  }: { readonly admin?: boolean; readonly authorization?: boolean; readonly awsUrl?: string } = {},
): Promise<Replicas> => {
  await using stack = new AsyncDisposableStack()
  const run = randomBytes(4).toString('hex')
  const shared = {
    REDIS_URL: redisUrl,
    STATE_KEY: randomBytes(32).toString('base64'),
    ...envFor(`acme-${run}`),
  }
  const tenancy = (tenants: Tenancy): void => {
    tenants.acme.id = `acme-${run}`
    tenants.globex.id = `globex-${run}`
    change(tenants)
  }
  const first = stack.use(
    await startGateway({ env: shared, tenancy, admin, authorization, ...(awsUrl && { awsUrl }) }),
  )
  const second = stack.use(
    await startGateway({
      ...(awsUrl && { awsUrl }),
      authorization,
      env: {
        ...shared,
        PUBLIC_URL: first.url,
        ...(admin && adminEnvironment(first.operators)),
      },
      tenancy(tenants) {
        tenancy(tenants)
        Object.assign(tenants.acme.connections[0] ?? {}, connectionTo(first.acme))
        Object.assign(tenants.globex.connections[0] ?? {}, connectionTo(first.globex))
      },
    }),
  )
  const { host } = new URL(first.url)
  const sendTo = (replica: 0 | 1, request: WireRequest) =>
    send(replica === 0 ? first.url : second.url, {
      ...request,
      headers: [['host', host], ...(request.headers ?? [])],
    })
  const held = stack.move()
  return {
    first,
    second,
    send: sendTo,
    call: (replica, token, { method, params = {}, session }) =>
      sendTo(replica, {
        method: 'POST',
        path: '/mcp',
        headers: [
          ['authorization', `Bearer ${token}`],
          ['content-type', 'application/json'],
          ...(session === undefined ? [] : ([['mcp-session-id', session]] as const)),
        ],
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
