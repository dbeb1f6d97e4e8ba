import { afterEach, expect, test, vi } from 'vitest'
import { createClients } from './clients.ts'
import { gatewayCredentials } from './gateway-credentials.ts'
import { loadService } from './service-modules.ts'
import { type Session, type SessionCredentials, sessionOf } from './session.ts'
import { gatewayKeys } from './testing/access-to.ts'
import { leaksIn } from './testing/leaks.ts'
import { createTransport } from './transport.ts'

afterEach(() => vi.unstubAllEnvs())

const setUp = async (maxClients = 10) => {
  const clients = createClients({
    transport: createTransport(),
    userAgent: 'mcp-gw/1',
    gatewayCredentials: gatewayCredentials(gatewayKeys),
    maxClients,
  })
  const module = await loadService('s3')
  const of = (session: Session, tenantId = 'acme', region = 'eu-west-1') =>
    clients.of(module, { session, tenantId, region })
  return { clients, of }
}

const temporary = { accessKeyId: 'ASIAX', secretAccessKey: 'very-secret', sessionToken: 'very-token' }
const roleSession = () => sessionOf('role', temporary, 0)

const bad: [string, SessionCredentials | undefined][] = [
  ['nothing', undefined],
  ['long-lived keys', { ...temporary, accessKeyId: 'AKIAX' }],
  ['no session token', { accessKeyId: 'ASIAX', secretAccessKey: 's' }],
  ['an empty secret', { ...temporary, secretAccessKey: '' }],
  ['nothing at all', { accessKeyId: '', secretAccessKey: '', sessionToken: '' }],
]

test.each(bad)('no client is made with %s, and no session of it', async (_what, credentials) => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', gatewayKeys.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', gatewayKeys.secretAccessKey)
  const { of } = await setUp()
  const forged = { ...roleSession(), credentials: () => credentials as SessionCredentials }
  expect(() => of(forged)).toThrow('no usable credentials')
  expect(() => sessionOf('role', credentials, 0)).toThrow('no usable credentials')
})

test('a profile may have long-lived keys, but not none', async () => {
  const { of } = await setUp()
  const keys = { accessKeyId: 'AKIAX', secretAccessKey: 's' }
  expect(of(sessionOf('profile', keys, 0))).toBeDefined()
  expect(() => sessionOf('profile', undefined, 0)).toThrow('no usable credentials')
  expect(() => sessionOf('profile', { ...keys, secretAccessKey: '' }, 0)).toThrow('no usable credentials')
})

test('a session does not print its credentials', () => {
  expect(leaksIn(roleSession(), Object.values(temporary))).toEqual([])
})

test('a client is kept for one tenant, session and region', async () => {
  const { of } = await setUp()
  const session = roleSession()
  const client = of(session)
  expect(of(session)).toBe(client)
  expect(of(session, 'other')).not.toBe(client)
  expect(of(session, 'acme', 'us-east-1')).not.toBe(client)
  expect(of(roleSession())).not.toBe(client)
})

test('no more clients are kept than allowed', async () => {
  const { of } = await setUp(1)
  const session = roleSession()
  const client = of(session)
  of(session, 'other')
  expect(of(session)).not.toBe(client)
})

test('without an endpoint of the operator, requests go to AWS in the region, and S3 stays there', async () => {
  vi.stubEnv('AWS_RETRY_MODE', 'adaptive')
  vi.stubEnv('AWS_S3_USE_ARN_REGION', 'true')
  const { clients, of } = await setUp()
  const { client: sts } = await clients.gatewaySts('eu-central-1')
  const settings = (client: object) => (client as { config: Record<string, unknown> }).config
  const { useGlobalEndpoint, region, retryMode, endpointProvider } = settings(sts)
  expect([useGlobalEndpoint, retryMode]).toEqual([false, 'standard'])
  const Region = await (region as () => Promise<string>)()
  const resolve = endpointProvider as (parameters: object) => { url: URL }
  expect(resolve({ Region, UseGlobalEndpoint: useGlobalEndpoint }).url.host).toBe(
    'sts.eu-central-1.amazonaws.com',
  )
  expect(settings(of(roleSession()))).toMatchObject({
    followRegionRedirects: false,
    forcePathStyle: false,
    retryMode: 'standard',
    useArnRegion: false,
  })
  expect(await (settings(sts).maxAttempts as () => Promise<number>)()).toBe(1)
})

test('a tenant is forgotten without the clients of another, and without those of the gateway', async () => {
  const { clients, of } = await setUp()
  const session = roleSession()
  const [client, others] = [of(session), of(session, 'other')]
  const gateway = await clients.gatewaySts('eu-west-1')
  clients.forget('acme')
  expect(of(session)).not.toBe(client)
  expect(of(session, 'other')).toBe(others)
  expect((await clients.gatewaySts('eu-west-1')).client).toBe(gateway.client)
})
