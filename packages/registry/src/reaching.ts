import { GatewayError } from '@gateway/domain'

/** Our own refusals as they are; whatever else keeps a store from answering is `unavailable`, for a caller to try again. */
export const reaching = async <Answer>(asking: () => Promise<Answer>, sentence: string): Promise<Answer> => {
  try {
    return await asking()
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause
    throw new GatewayError('unavailable', sentence, { cause })
  }
}
