import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHost } from './support/host.ts'
import { hostShapes } from './support/host-shapes.ts'
import { type SignInGateway, startSignInGateway } from './support/sign-in-gateway.ts'

let gateway: SignInGateway
beforeAll(async () => {
  const clientHosts = hostShapes.flatMap(({ document }) =>
    document ? new URL(document.client_id).hostname : [],
  )
  gateway = await startSignInGateway({ clientHosts: [...new Set(clientHosts)] })
})
afterAll(() => gateway[Symbol.asyncDispose]())

test.for(hostShapes)('$name', async (shape) => {
  const host = openHost(gateway, shape)
  for (const tenant of ['acme', 'globex'] as const) {
    const first = await host.connect(tenant)
    expect(first.scope.split(' ').filter((each) => each.startsWith('aws:'))).toEqual(['aws:read'])
    const refreshed = await host.refresh(first)
    for (const { access_token: token } of [first, ...refreshed]) {
      expect(decodeJwt(token)).toMatchObject({ tenant, aud: gateway.resource, iss: gateway.issuer })
      const { tenant: reached, tools } = await gateway.reach(token)
      expect(reached).toBe(tenant)
      expect(tools).toContain('aws_ec2_describe_instances')
    }
    for (const { refresh_token } of refreshed) expect(refresh_token).not.toBe(first.refresh_token)
  }
})
