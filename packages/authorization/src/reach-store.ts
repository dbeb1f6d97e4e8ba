import { GatewayError } from '@gateway/domain'
import { errors } from 'oidc-provider'

/**
 * What the store answers. Whatever keeps it from answering is 503 `temporarily_unavailable`, in the form that oidc-provider
 * passes on: its own class of that name has status 400, which tells clients to give up.
 */
export const reachStore = async <Answer>(asking: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await asking()
  } catch (thrown) {
    if (thrown instanceof errors.OIDCProviderError) throw thrown
    throw unavailable(thrown)
  }
}

const unavailable = (cause: unknown): Error => {
  const sentence = 'The sign-in service cannot reach its store. Try again shortly.'
  const error = new errors.OIDCProviderError(503, 'temporarily_unavailable', {
    detail: sentence,
    cause: new GatewayError('unavailable', sentence, { details: { retryAfterSeconds: 2 }, cause }),
  })
  return Object.assign(error, { expose: true, error_description: sentence })
}
