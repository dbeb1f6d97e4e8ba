import { GatewayError } from '@gateway/domain'

/** The same store or log, whose asynchronous methods reject with `unavailable` for whatever keeps them from answering. */
export const reachable = <Target extends object>(target: Target): Target =>
  new Proxy(target, {
    get(from, name) {
      const method: unknown = Reflect.get(from, name)
      if (typeof method !== 'function') return method
      return async (...given: unknown[]) => {
        try {
          return await Reflect.apply(method, from, given)
        } catch (cause) {
          if (cause instanceof GatewayError) throw cause
          throw new GatewayError(
            'unavailable',
            'The sign-in service cannot reach its store. Try again shortly.',
            {
              details: { retryAfterSeconds: 2 },
              cause,
            },
          )
        }
      }
    },
  })

/** The outage behind an error, however deep the provider has wrapped it. */
export const unavailableIn = (thrown: unknown): GatewayError | undefined => {
  for (let each = thrown, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    if (each instanceof GatewayError && each.code === 'unavailable') return each
  }
  return undefined
}
