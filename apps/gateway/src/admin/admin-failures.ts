import type { Answering } from '../failures.ts'

/** Refusals of the admin API: `{"error":{"code","message","issues"?},"requestId"}`. */
export const adminAnswer: Answering = (error, request, reply) => {
  const { code, message, details } = error
  if (error.status === 401) {
    // RFC 6750 section 3: without a token there is no error.
    const challenge =
      code === 'missing_token'
        ? 'Bearer'
        : 'Bearer error="invalid_token", error_description="The access token is not valid"'
    reply.header('www-authenticate', challenge)
  }
  const { issues } = details
  return reply.send(
    JSON.stringify({ error: { code, message, ...(issues && { issues }) }, requestId: request.id }),
  )
}
