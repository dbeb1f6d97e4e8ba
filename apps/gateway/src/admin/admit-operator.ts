import { GatewayError, type Principal, type RateLimiter, tenantKey } from '@gateway/domain'
import type { Operator } from '@gateway/registry'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { tooManyRequests } from '../too-many-requests.ts'
import { isOperator, operatorsId } from './operators.ts'

/** What decides who may operate. */
export interface AdmitOperatorOptions {
  readonly group: string
  readonly flood: RateLimiter
}

/** Requests of one operator: far more than a person types, and enough for a script over thousands of tenants. */
const perMinute = 600
const burst = 100

/** Step behind authenticate: whoever is not in the operators' group ends here with 403, and floods with 429. */
export const admitOperator = fp<AdmitOperatorOptions>(
  async (app, { group, flood }) => {
    app.addHook('onRequest', async (request) => {
      const { id, groups } = principalOfRequest(request)
      if (!groups.includes(group)) {
        throw new GatewayError('not_operator', 'You are not an operator of this gateway.')
      }
      const key = tenantKey(operatorsId, 'flood', id)
      const verdict = await flood.take([{ key, scope: 'operator', perMinute, burst }])
      if (verdict.allowed) return
      const quota = { name: 'operator', perMinute } as const
      throw tooManyRequests('Too many requests.', { quota, verdict })
    })
  },
  { name: 'admit-operator', dependencies: ['authenticate'] },
)

/** Who asks, for the audit log. */
export const operatorOf = (request: FastifyRequest): Operator => {
  const { issuer, subject } = principalOfRequest(request)
  return { issuer, subject, requestId: request.id, sourceIp: request.ip }
}

/** A route outside of the guarded scope has none, which is a fault. */
const principalOfRequest = ({ principal }: FastifyRequest): Principal => {
  if (!principal || !isOperator(principal)) throw new GatewayError('internal', 'The route is not guarded.')
  return principal
}
