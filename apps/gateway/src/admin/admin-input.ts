import { GatewayError } from '@gateway/domain'
import type { FastifyRequest } from 'fastify'

/** Parameters of the paths below `/admin/v1/tenants`. */
export interface AdminPath {
  readonly tenant: string
  readonly alias: string
}

/** The tenant of the path; throws `not_found` for what can be the id of none. */
export const tenantIn = ({ params }: FastifyRequest): string => {
  const { tenant } = params as AdminPath
  if (!isAlias(tenant)) throw new GatewayError('not_found', 'There is no such tenant.')
  return tenant
}

/** The tenant and the alias of its account; throws `not_found`. */
export const accountIn = (request: FastifyRequest): readonly [tenant: string, alias: string] => {
  const tenant = tenantIn(request)
  const { alias } = request.params as AdminPath
  if (!isAlias(alias)) throw new GatewayError('not_found', 'The tenant has no such account.')
  return [tenant, alias]
}

/** The query of a request that may have `names` and nothing else, once each; throws `bad_request`. */
export const queryOf = <Name extends string>(
  { query }: FastifyRequest,
  names: readonly Name[],
): Partial<Record<Name, string>> => {
  const issues = Object.entries(query as Record<string, unknown>).flatMap(([name, value]) => {
    const known = names.find((each) => each === name)
    if (known === undefined) return [`${isAlias(name) ? name : '(a parameter)'}: is none of this request`]
    return typeof value === 'string' && value !== '' ? [] : [`${known}: give it once, and not empty`]
  })
  if (issues.length > 0) throw badRequest('The query of the request cannot be used.', issues)
  return query as Partial<Record<Name, string>>
}

/** A page of the list: `after` is the last id that was seen. Throws `bad_request`. */
export const pageIn = (request: FastifyRequest): { after?: string; limit?: number } => {
  const { after, limit } = queryOf(request, ['after', 'limit'])
  const issues: string[] = []
  if (after !== undefined && !isAlias(after)) issues.push('after: must be the id of a tenant')
  if (limit !== undefined && !/^([1-9]\d?|100)$/.test(limit)) issues.push('limit: must be 1 to 100')
  if (issues.length > 0) throw badRequest('The query of the request cannot be used.', issues)
  return { ...(after !== undefined && { after }), ...(limit !== undefined && { limit: Number(limit) }) }
}

/**
 * The version in `If-Match` (RFC 9110 section 13.1.1), which is needed so that nobody overwrites a change that they have
 * not seen; throws `bad_request`. `*` would do just that, and there are no weak entity tags here.
 */
export const versionIn = ({ headers }: FastifyRequest): number => {
  const version = /^"(0|[1-9]\d{0,14})"$/.exec(headers['if-match'] ?? '')?.[1]
  if (version !== undefined) return Number(version)
  throw badRequest('Send If-Match with the ETag of the tenant as you have read it, such as If-Match: "3".')
}

/** Throws `bad_request` where a body was sent that would not be looked at. */
export const refuseBody = ({ body }: FastifyRequest): void => {
  if (body !== undefined) throw badRequest('Send no body with this request.')
}

/** The JSON of the body; throws `bad_request` where there is none. */
export const bodyOf = ({ body }: FastifyRequest): unknown => {
  if (body === undefined) throw badRequest('Send a JSON body.')
  return body
}

export const badRequest = (message: string, issues?: readonly string[]): GatewayError =>
  new GatewayError('bad_request', message, { ...(issues && { details: { issues } }) })

const isAlias = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,31}$/.test(text)
