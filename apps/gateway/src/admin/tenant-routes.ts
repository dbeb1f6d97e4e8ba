import type { OnboardingView, TenantAdmin, TenantView } from '@gateway/registry'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { refuseOtherMethods } from '../other-methods.ts'
import { badRequest, bodyOf, pageIn, queryOf, refuseBody, tenantIn, versionIn } from './admin-input.ts'
import { operatorOf } from './admit-operator.ts'

/** Tenants of the admin API: read, make, change, suspend, resume, offboard. */
export const tenantRoutes = (app: FastifyInstance, admin: TenantAdmin): void => {
  app.get('/tenants', async (request) => admin.list(pageIn(request)))
  app.post('/tenants', async (request, reply) => {
    queryOf(request, [])
    const view = await admin.create(bodyOf(request), operatorOf(request))
    return viewed(reply.code(201).header('location', `${app.prefix}/tenants/${view.id}`), view)
  })
  refuseOtherMethods(app, '/tenants', { allowed: ['GET', 'POST'], hint: 'Use GET or POST.' })

  app.get('/tenants/:tenant', async (request, reply) => {
    queryOf(request, [])
    return viewed(reply, await admin.show(tenantIn(request)))
  })
  app.patch('/tenants/:tenant', async (request, reply) => {
    queryOf(request, [])
    const [id, version] = [tenantIn(request), versionIn(request)]
    return viewed(reply, await admin.update(id, bodyOf(request), version, operatorOf(request)))
  })
  app.delete('/tenants/:tenant', async (request, reply) => {
    const id = tenantIn(request)
    refuseBody(request)
    // For good, and so not by a slip of the hand.
    if (queryOf(request, ['confirm']).confirm !== id) {
      throw badRequest('This is for good. Confirm it with ?confirm= and the id of the tenant.')
    }
    await admin.offboard(id, operatorOf(request))
    return reply.code(204).send()
  })
  refuseOtherMethods(app, '/tenants/:tenant', {
    allowed: ['GET', 'PATCH', 'DELETE'],
    hint: 'Use GET, PATCH or DELETE.',
  })

  for (const change of ['suspend', 'resume'] as const) {
    const url = `/tenants/:tenant/${change}`
    app.post(url, async (request, reply) => {
      queryOf(request, [])
      refuseBody(request)
      return viewed(reply, await admin[change](tenantIn(request), operatorOf(request)))
    })
    refuseOtherMethods(app, url, { allowed: ['POST'], hint: 'Use POST.' })
  }
}

/** A tenant, or an account of it, with the version of the tenant as the entity tag, for `If-Match`. */
export const viewed = (reply: FastifyReply, view: TenantView | OnboardingView): FastifyReply =>
  reply.header('etag', `"${view.version}"`).send(view)
