import type { TenantAdmin } from '@gateway/registry'
import type { FastifyInstance } from 'fastify'
import { refuseOtherMethods } from '../other-methods.ts'
import { accountIn, badRequest, bodyOf, queryOf, refuseBody, tenantIn, versionIn } from './admin-input.ts'
import { operatorOf } from './admit-operator.ts'
import { viewed } from './tenant-routes.ts'

/** Accounts of tenants in the admin API: add, change, remove, and all of their onboarding. */
export const accountRoutes = (app: FastifyInstance, admin: TenantAdmin): void => {
  const accounts = '/tenants/:tenant/accounts'
  const account = `${accounts}/:alias`

  app.post(accounts, async (request, reply) => {
    queryOf(request, [])
    const id = tenantIn(request)
    const onboarding = await admin.addAccount(id, bodyOf(request), operatorOf(request))
    const location = `${app.prefix}/tenants/${id}/accounts/${onboarding.account.alias}/onboarding`
    return viewed(reply.code(201).header('location', location), onboarding)
  })
  refuseOtherMethods(app, accounts, { allowed: ['POST'], hint: 'Use POST.' })

  app.patch(account, async (request, reply) => {
    queryOf(request, [])
    const [where, version] = [accountIn(request), versionIn(request)]
    return viewed(reply, await admin.updateAccount(...where, bodyOf(request), version, operatorOf(request)))
  })
  app.delete(account, async (request, reply) => {
    queryOf(request, [])
    refuseBody(request)
    const [where, version] = [accountIn(request), versionIn(request)]
    return viewed(reply, await admin.removeAccount(...where, version, operatorOf(request)))
  })
  refuseOtherMethods(app, account, { allowed: ['PATCH', 'DELETE'], hint: 'Use PATCH or DELETE.' })

  app.get(`${account}/onboarding`, async (request, reply) => {
    queryOf(request, [])
    return viewed(reply, await admin.onboarding(...accountIn(request)))
  })
  refuseOtherMethods(app, `${account}/onboarding`, { allowed: ['GET'], hint: 'Use GET.' })

  app.get(`${account}/template`, async (request, reply) => {
    const { format = '' } = queryOf(request, ['format'])
    if (!isFormat(format)) throw badRequest('Ask for a format: cloudformation or terraform.')
    const onboarding = await admin.onboarding(...accountIn(request))
    const { type, member } = formats[format]
    return reply.type(type).send(onboarding[member])
  })
  refuseOtherMethods(app, `${account}/template`, { allowed: ['GET'], hint: 'Use GET.' })

  app.post(`${account}/verify`, async (request) => {
    queryOf(request, [])
    refuseBody(request)
    return { verifications: await admin.verify(...accountIn(request), operatorOf(request)) }
  })
  app.post(`${account}/rotate-external-id`, async (request, reply) => {
    queryOf(request, [])
    refuseBody(request)
    return viewed(reply, await admin.rotateExternalId(...accountIn(request), operatorOf(request)))
  })
  for (const action of ['verify', 'rotate-external-id']) {
    refuseOtherMethods(app, `${account}/${action}`, { allowed: ['POST'], hint: 'Use POST.' })
  }
}

const formats = {
  cloudformation: { type: 'application/json; charset=utf-8', member: 'cloudFormation' },
  terraform: { type: 'text/plain; charset=utf-8', member: 'terraform' },
} as const

const isFormat = (text: string): text is keyof typeof formats => Object.hasOwn(formats, text)
