import type { StopAdmin } from '@gateway/registry'
import type { FastifyInstance } from 'fastify'
import { refuseOtherMethods } from '../other-methods.ts'
import { bodyOf, queryOf, refuseBody } from './admin-input.ts'
import { operatorOf } from './admit-operator.ts'

/** Stops of the admin API: what is stopped, stop it, let it go on. The id of a stop is percent-encoded in the path. */
export const stopRoutes = (app: FastifyInstance, admin: StopAdmin): void => {
  app.get('/stops', async (request) => {
    queryOf(request, [])
    return { stops: await admin.list() }
  })
  app.post('/stops', async (request) => {
    queryOf(request, [])
    return admin.stop(bodyOf(request), operatorOf(request))
  })
  refuseOtherMethods(app, '/stops', { allowed: ['GET', 'POST'], hint: 'Use GET or POST.' })

  app.delete('/stops/:id', async (request) => {
    queryOf(request, [])
    refuseBody(request)
    const { id } = request.params as { id: string }
    return admin.resume(id, operatorOf(request))
  })
  refuseOtherMethods(app, '/stops/:id', { allowed: ['DELETE'], hint: 'Use DELETE.' })
}
