import { GatewayError } from '@gateway/domain'
import type { FastifyInstance, HTTPMethods } from 'fastify'

const all: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Answers every method of `url` that is not in `allowed` with 405, before a body is looked at. */
export const refuseOtherMethods = (
  app: FastifyInstance,
  url: string,
  { allowed, hint }: { allowed: readonly HTTPMethods[]; hint: string },
): void => {
  const refuse = async () => {
    throw new GatewayError('method_not_allowed', hint, { details: { allow: allowed.join(', ') } })
  }
  const method = all.filter((each) => !allowed.includes(each))
  app.route({ url, method, onRequest: refuse, handler: refuse })
}
