import { GatewayError } from '@gateway/domain'

/** A request that is not taken on while the process has too much to do: nothing failed, and no stack says more than the reason. */
export class TooMuchToDo extends GatewayError {
  constructor(reason: string) {
    super('unavailable', 'There is too much to do just now. Try again in a moment.', {
      details: { retryAfterSeconds: 2 },
      cause: reason,
    })
  }
}
