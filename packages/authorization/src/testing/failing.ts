/** A thing whose asynchronous methods can be made to reject, as a store does that cannot be reached. */
export interface Failing<Target> {
  readonly target: Target
  /** Names of the methods that reject; `all` stands for every one. */
  readonly away: Set<string>
}

export const failing = <Target extends object>(real: Target): Failing<Target> => {
  const away = new Set<string>()
  const target = new Proxy(real, {
    get(from, name) {
      const method: unknown = Reflect.get(from, name)
      if (typeof method !== 'function' || !(away.has('all') || away.has(String(name)))) return method
      return async () => {
        throw new Error(`ECONNREFUSED redis.internal:6379 for ${String(name)}`)
      }
    },
  })
  return { target, away }
}
