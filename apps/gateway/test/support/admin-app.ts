import type { AuditEvent } from '@gateway/domain'
import type { AccessAdmin, Operator, StopAdmin, TenantAdmin } from '@gateway/registry'
import { memoryRateLimiter } from '@gateway/stores'
import Fastify from 'fastify'
import { onTestFinished } from 'vitest'
import { adminApi } from '../../src/admin/admin-api.ts'
import { operatorIssuers } from '../../src/admin/operators.ts'
import { refused } from '../../src/bearer.ts'
import { addJsonParser, bodyLimit } from '../../src/body.ts'
import { verifiedTokens } from '../../src/verified-tokens.ts'
import { compact, signatureOf, signingKey } from './tokens.ts'

export const publicUrl = 'https://gw.example'
/** When requests are made, in milliseconds since the epoch. */
export const start = 1_800_000_000_000
const seconds = start / 1000
const key = signingKey('ES256', 'key-1')
const pem = String(key.publicKey.export({ type: 'spki', format: 'pem' }))

export const adminConfig = {
  issuer: 'https://sso.example/operators',
  jwksUri: 'https://sso.example/operators/jwks',
  algorithms: ['ES256' as const],
  group: 'gateway-operators',
  groupClaim: 'groups',
  clients: ['aws-mcp'],
  gatewayRoleArn: 'arn:aws:iam::999999999999:role/mcp-gateway',
}

const claims = {
  iss: adminConfig.issuer,
  aud: `${publicUrl}/admin`,
  sub: 'olga',
  client_id: 'aws-mcp',
  scope: 'openid',
  groups: ['gateway-operators'],
  iat: seconds,
  exp: seconds + 600,
}

/** Whose token it is unless another is sent. */
export const olga: Operator = {
  issuer: adminConfig.issuer,
  subject: 'olga',
  requestId: 'request-1',
  sourceIp: '127.0.0.1',
}

export const operatorToken = (changes: object = {}, header: object = {}, by = key): string =>
  compact({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1', ...header }, { ...claims, ...changes }, (input) =>
    signatureOf(by, input),
  )

export interface AskAdmin {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The admin API alone, over the operations that are given. */
export const openAdminApp = async ({
  tenants,
  access,
  stops = {} as StopAdmin,
  events,
}: {
  readonly tenants: TenantAdmin
  readonly access: AccessAdmin
  readonly stops?: StopAdmin
  readonly events: AuditEvent[]
}) => {
  const now = () => start
  const issuers = operatorIssuers(adminConfig, {
    resource: `${publicUrl}/admin`,
    now,
    changed: () => undefined,
  })
  const known = await issuers.find(adminConfig.issuer)
  if (!known) throw new Error('the issuer is not known')
  const keys = {
    async find({ kid }: { kid: string }) {
      if (kid !== 'key-1') throw refused('unknown kid')
      return pem
    },
  }
  const app = Fastify({ genReqId: () => 'request-1', exposeHeadRoutes: false, bodyLimit })
  onTestFinished(() => app.close())
  addJsonParser(app)
  await app.register(adminApi, {
    prefix: '/admin/v1',
    publicUrl,
    now,
    flood: memoryRateLimiter({ now, maxKeys: 1_000 }),
    strangers: { limiter: memoryRateLimiter({ now, maxKeys: 1_000 }), perMinute: 30 },
    audit: { append: async (event) => void events.push(event) },
    admin: {
      group: adminConfig.group,
      verified: verifiedTokens(now),
      issuers: {
        find: async (name) => (await issuers.find(name)) && { ...known, keys },
      },
      tenants,
      access,
      stops,
    },
  })
  return (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT' | 'HEAD',
    url: string,
    { token = operatorToken(), headers = {}, body }: AskAdmin = {},
  ) =>
    app.inject({
      method,
      url: `/admin/v1${url}`,
      headers: {
        host: 'gw.example',
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
}
