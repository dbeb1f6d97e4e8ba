import { GatewayError } from '@gateway/domain'

/** What the store answers; whatever keeps it from answering is `unavailable`, for a caller to try again. */
export const reach = async <Answer>(asking: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await asking()
  } catch (cause) {
    throw new GatewayError('unavailable', 'The store of tenants cannot be reached. Try again shortly.', {
      cause,
    })
  }
}

/** Whether the store has the same to say of two verifications. */
export const sameEntries = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean =>
  one.size === other.size && [...one].every(([key, value]) => other.get(key) === value)
