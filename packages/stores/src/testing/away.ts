import { StoreAwayError } from '../store-away.ts'

/** A store under test that can be away: every method of it rejects then. */
export const awaySometimes = <Store extends object>(store: Store) => {
  let cause: Error | undefined
  const shared = Object.fromEntries(
    Object.entries(store).map(([name, method]: [string, (...args: unknown[]) => Promise<unknown>]) => [
      name,
      async (...args: unknown[]) => {
        if (cause) throw cause
        return method(...args)
      },
    ]),
  ) as Store
  return {
    shared,
    goAway(by: Error = new StoreAwayError('away')) {
      cause = by
    },
    comeBack() {
      cause = undefined
    },
  }
}
