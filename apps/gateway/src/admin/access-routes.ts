import type { AccessAdmin } from '@gateway/registry'
import type { FastifyInstance } from 'fastify'
import { refuseOtherMethods } from '../other-methods.ts'
import { bodyOf, queryOf, refuseBody, tenantIn } from './admin-input.ts'
import { operatorOf } from './admit-operator.ts'

/** Tokens in the admin API: what ends them, and the keys that sign them. */
export const accessRoutes = (app: FastifyInstance, admin: AccessAdmin): void => {
  app.post('/tenants/:tenant/revocations', async (request) => {
    queryOf(request, [])
    return admin.revoke(tenantIn(request), bodyOf(request), operatorOf(request))
  })
  app.get('/signing-keys', async (request) => {
    queryOf(request, [])
    return { keys: await admin.signingKeys() }
  })
  app.post('/signing-keys/rotate', async (request) => {
    queryOf(request, [])
    refuseBody(request)
    return admin.rotateSigningKeys(operatorOf(request))
  })
  for (const url of ['/tenants/:tenant/revocations', '/signing-keys/rotate']) {
    refuseOtherMethods(app, url, { allowed: ['POST'], hint: 'Use POST.' })
  }
  refuseOtherMethods(app, '/signing-keys', { allowed: ['GET'], hint: 'Use GET.' })
}
