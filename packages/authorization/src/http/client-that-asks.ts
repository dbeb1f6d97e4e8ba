import type { FastifyRequest } from 'fastify'

/**
 * The client that a token request claims to be of, where it asks on its own word (RFC 6749 section 2.3.1, RFC 7523 section 2.2);
 * not verified. Undefined where it presents what somebody's sign-in gave it. One that claims nothing is the empty text.
 */
export const clientThatAsks = (
  { headers: { authorization = '' } }: Pick<FastifyRequest, 'headers'>,
  parameters: URLSearchParams,
): string | undefined => {
  if (parameters.get('grant_type') !== 'client_credentials') return undefined
  const [, basic] = /^basic +([\w+/=]+)$/i.exec(authorization) ?? []
  if (basic !== undefined) return Buffer.from(basic, 'base64').toString('utf8').split(':')[0] ?? ''
  return parameters.get('client_id') ?? subjectOf(parameters.get('client_assertion') ?? '')
}

const subjectOf = (assertion: string): string => {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'),
    )
    return String(Object(claims).sub ?? '')
  } catch {
    return ''
  }
}
