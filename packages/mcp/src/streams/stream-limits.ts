import { GatewayError, type Grant } from '@gateway/domain'

/** Open streams of this process, by tenant and user: a caller must not be able to hold all there are. */
export interface StreamLimits {
  /** Counts one more stream of the caller; undefined if there are as many as may be, else what ends the count. */
  enter(grant: Grant): (() => void) | undefined
}

/** Counts the streams of each tenant and user against `limits.streams` of the tenant; `refused` hears of each that may not be. */
export const createStreamLimits = (refused?: () => void): StreamLimits => {
  const open = new Map<string, number>()
  const add = (key: string, by: number): void => {
    const count = (open.get(key) ?? 0) + by
    if (count > 0) open.set(key, count)
    else open.delete(key)
  }
  return {
    enter({ tenant, principal }) {
      const { limits } = tenant
      const user = `${tenant.id} ${principal.id}`
      const full =
        (open.get(tenant.id) ?? 0) >= limits.streams.tenant || (open.get(user) ?? 0) >= limits.streams.user
      if (full) {
        refused?.()
        return undefined
      }
      add(tenant.id, 1)
      add(user, 1)
      let left = false
      return () => {
        if (left) return
        left = true
        add(tenant.id, -1)
        add(user, -1)
      }
    },
  }
}

/** Counts one more stream of the caller and gives what ends the count; throws `too_many_requests`. */
export const enterStream = (streams: StreamLimits, grant: Grant): (() => void) => {
  const leave = streams.enter(grant)
  if (leave) return leave
  const details = { retryAfterSeconds: 10 }
  throw new GatewayError('too_many_requests', 'Too many open streams.', { details })
}
