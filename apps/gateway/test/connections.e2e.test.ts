import { expect, test } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { twice } from './support/hostile-claims.ts'
import { expectAudited, shapeOf, t401, unchallenged } from './support/refusals.ts'
import type { Changes } from './support/sign-in.ts'
import { connectionTo } from './support/tenancy.ts'
import { type Algorithm, signingKey, withAlgorithm } from './support/tokens.ts'
import type { WireAnswer, WireRequest } from './support/wire.ts'

const whoami = (gateway: TestGateway, token: string, request: Partial<WireRequest> = {}, args = {}) =>
  gateway.call(token, 'tools/call', { name: 'aws_whoami', arguments: args }, request)

const dataOf = ({ body }: WireAnswer) => JSON.parse(body).result.structuredContent.data

test.for<Algorithm>(['ES256', 'RS256', 'PS256', 'EdDSA'])('good tokens of %s are accepted', async (alg) => {
  const key = signingKey(alg, `key-${alg}`)
  await using gateway = await startGateway({
    tenancy: ({ globex }) => Object.assign(globex.connections[0] ?? {}, { algorithms: [alg] }),
  })
  const { globex } = gateway
  globex.jwks.serve({ keys: [key.jwk] })
  expect(dataOf(await whoami(gateway, globex.token({}, {}, key))).tenant.id).toBe('globex')
  for (const other of ['RS256', 'PS256', 'EdDSA'] as const) {
    if (other === alg || (other === 'EdDSA') !== (alg === 'EdDSA')) continue
    const confused = globex.token({}, {}, withAlgorithm(key, other))
    expect((await whoami(gateway, confused)).status).toBe(401)
  }
})

test('audiences, typ and claims as a connection says them', async () => {
  await using gateway = await startGateway({
    tenancy: ({ globex }) =>
      Object.assign(globex.connections[0] ?? {}, {
        typ: ['JWT', 'at+jwt'],
        allowedAudiences: ['api://gateway', 'client-1'],
        directTokens: true,
        allowedClients: ['client-1'],
        clientClaim: 'azp',
        scopeClaim: 'scp',
        groupClaim: 'roles',
        groupToScope: { readers: ['aws:read'], writers: ['aws:read', 'aws:write'] },
      }),
  })
  const { acme, globex } = gateway
  const claims = { aud: 'api://gateway', azp: 'client-1', scp: ['aws:read', 'aws:write', 'aws:admin'] }
  const user = async (changes: Changes, typ = 'JWT') =>
    dataOf(await whoami(gateway, globex.token({ ...claims, ...changes }, { typ }))).user
  expect(await user({ roles: ['writers'] })).toMatchObject({
    client: 'client-1',
    scopes: ['aws:read', 'aws:write'],
    groups: ['writers'],
  })
  expect(await user({ roles: 'readers', aud: ['client-1', 'api://gateway'] }, 'at+jwt')).toMatchObject({
    scopes: ['aws:read'],
  })
  for (const [changes, header] of [
    [{ aud: gateway.resource }, {}],
    [{ aud: ['api://gateway', gateway.resource] }, {}],
    [{ azp: undefined, client_id: 'client-1' }, {}],
    [{ scp: undefined, scope: 'aws:read' }, {}],
    [{}, { typ: undefined }],
    [{}, { typ: 'jwt' }],
  ] as const) {
    const answer = await whoami(gateway, globex.token({ ...claims, ...changes }, { typ: 'JWT', ...header }))
    expect(shapeOf(answer)).toEqual(t401(gateway.url))
  }
  // What one customer allows is nothing for the other.
  for (const token of [
    acme.token({}, { typ: 'JWT' }),
    acme.token({ aud: 'api://gateway' }),
    acme.token(claims),
  ]) {
    expect((await whoami(gateway, token)).status).toBe(401)
  }
})

test('no scope is a caller who may do nothing, and not one who must sign in again', async () => {
  await using gateway = await startGateway()
  const answer = await whoami(gateway, gateway.acme.token({ scope: 'openid' }))
  expect(answer.status).toBe(200)
  expect(answer.headers['www-authenticate']).toBeUndefined()
})

test('the groups of a token narrow its roles, names of every object among them', async () => {
  await using gateway = await startGateway({
    tenancy: ({ acme }) =>
      Object.assign(acme.connections[0] ?? {}, { groupToScope: { 'aws-readers': ['aws:read'] } }),
  })
  const { acme } = gateway
  const scope = 'aws:read aws:write aws:admin'
  const good = dataOf(await whoami(gateway, acme.token({ scope })))
  expect(good.user.scopes).toEqual(['aws:read'])
  for (const groups of [
    ['__proto__', 'constructor'],
    'staff aws-readers',
    ['AWS-READERS'],
    [['aws-readers']],
    {},
  ]) {
    const answer = await whoami(gateway, acme.token({ scope, groups }))
    expect(JSON.parse(answer.body).result.isError).toBe(true)
  }
})

test('pins: a shared issuer serves both customers and nobody else', async () => {
  await using gateway = await startGateway({
    tenancy: ({ acme, globex }) => {
      const [shared] = acme.connections
      acme.connections = [{ ...shared, pins: { tid: 'a' } }]
      globex.connections = [{ ...shared, pins: { tid: 'g' } }]
    },
  })
  const { acme } = gateway
  expect(dataOf(await whoami(gateway, acme.token({ tid: 'a' }))).tenant.id).toBe('acme')
  expect(dataOf(await whoami(gateway, acme.token({ tid: 'g' }))).tenant.id).toBe('globex')
  for (const tid of [undefined, 'x', ['a', 'g'], '', null]) {
    const answer = await whoami(gateway, acme.token({ tid, tenant: 'globex' }))
    unchallenged(answer, 403, 'unknown_tenant')
    await expectAudited(gateway, answer, {
      event: 'auth.deny',
      outcome: 'deny',
      reason_code: 'unknown_tenant',
      detail: 'pins of no connection match',
    })
  }
  const forged = acme.token({ tid: 'g' }, {}, gateway.globex.key)
  expect(shapeOf(await whoami(gateway, forged))).toEqual(t401(gateway.url))
  const twoPins = acme.signed(acme.header(), twice(acme.claims({ tid: 'a' }), 'tid', 'g'))
  const answer = await whoami(gateway, twoPins)
  const [event] = await gateway.auditOf(answer)
  expect([dataOf(answer).tenant.id, event?.tenant_id]).toEqual(['globex', 'globex'])
})

test('two sign-ins of one customer are two sets of users', async () => {
  const key = signingKey('ES256', 'second')
  await using gateway = await startGateway({
    tenancy: ({ acme, globex }) =>
      void acme.connections.push({
        ...globex.connections[0],
        issuer: 'https://sso.example/acme-second',
        ...connectionTo({
          issuer: 'https://sso.example/acme-second',
          jwks: { url: String(globex.connections[0]?.jwksUri) },
          key,
        }),
      }),
  })
  const { acme, globex } = gateway
  globex.jwks.serve({ keys: [globex.key.jwk, key.jwk] })
  const subject = { sub: 'ann' }
  const [one, two] = [
    await whoami(gateway, acme.token(subject)),
    await whoami(gateway, acme.token({ ...subject, iss: 'https://sso.example/acme-second' }, {}, key)),
  ]
  const ids = await Promise.all(
    [one, two].map(async (answer) => (await gateway.auditOf(answer))[0]?.user?.id),
  )
  expect(new Set(ids).size).toBe(2)
  expect([dataOf(one).tenant.id, dataOf(two).tenant.id]).toEqual(['acme', 'acme'])
})
