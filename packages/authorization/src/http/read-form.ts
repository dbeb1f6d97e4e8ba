import { GatewayError } from '@gateway/domain'
import type { FastifyInstance } from 'fastify'

/** Bytes of a request; registrations are the largest, with 4 KB at most in practice. */
export const maxBodyBytes = 32_768

/** Forms arrive as their parameters, registrations as their text; nothing else has a body here. */
export const addBodyParsers = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: maxBodyBytes },
    (_, body, done) => done(null, new URLSearchParams(String(body))),
  )
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: maxBodyBytes },
    (_, body, done) => done(null, String(body)),
  )
}

/** The parameters of a form; throws `bad_request` for any other body. */
export const formOf = (body: unknown): URLSearchParams => {
  if (body instanceof URLSearchParams) return body
  if (body === undefined || body === null) return new URLSearchParams()
  throw new GatewayError('bad_request', 'Send the parameters as application/x-www-form-urlencoded.')
}
