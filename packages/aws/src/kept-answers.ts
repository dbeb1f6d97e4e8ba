import { createTenantLru } from './tenant-lru.ts'

/** What AWS said, remembered under its tenant for a while. */
export interface KeptAnswers<Value> {
  /**
   * The answer of `at`. `ask` runs once for all who wait for it, and gets the answer that was kept last. Rejects with what it threw,
   * unless that passes by itself and the last answer may still do.
   */
  get(
    at: { readonly tenantId: string; readonly key: string },
    ask: (last: Value | undefined) => Promise<Value>,
  ): Promise<Value>
  /** Forgets what a tenant has; what is being asked just now is not kept. */
  forget(tenantId: string): void
}

/** Times are milliseconds, reckoned from when an answer was asked for. */
export interface KeptAnswersOptions {
  readonly max: number
  readonly freshFor: number
  /** At least `freshFor`; how long an answer may stand in for one that cannot be got. */
  readonly staleFor: number
  readonly failureFor: number
  now(): number
  /** Whether a failure says nothing against the last answer. */
  passes(thrown: unknown): boolean
  /** Hears of each look-up whether there was a fresh answer. */
  looked?(hit: boolean): void
}

/** Answers in memory, the least recently used out first. */
export const createKeptAnswers = <Value>(options: KeptAnswersOptions): KeptAnswers<Value> => {
  const { max, freshFor, staleFor, failureFor, now, passes } = options
  const entries = createTenantLru<Entry<Value>>(max)

  /** A clock that was set back makes an answer old, and not young. */
  const isWithin = (since: number, time: number): boolean => now() >= since && now() - since < time

  const lastOf = ({ answer }: Entry<Value>): Entry<Value>['answer'] =>
    answer && isWithin(answer.at, staleFor) ? answer : undefined

  const askOnce = (entry: Entry<Value>, ask: (last: Value | undefined) => Promise<Value>): Promise<Value> => {
    const at = now()
    entry.pending ??= ask(entry.answer?.value)
      .then(
        (value) => {
          entry.answer = { value, at }
          entry.failure = undefined
          return value
        },
        (thrown: unknown) => {
          entry.failure = { thrown, at: now() }
          if (!passes(thrown)) entry.answer = undefined
          throw thrown
        },
      )
      .finally(() => {
        entry.pending = undefined
      })
    return entry.pending
  }

  return {
    async get({ tenantId, key }, ask) {
      const known = entries.get(tenantId, key)
      const entry: Entry<Value> = known ?? {}
      if (!known) entries.set(tenantId, key, entry)
      const { answer, failure } = entry
      const fresh = answer && isWithin(answer.at, freshFor)
      options.looked?.(fresh === true)
      if (fresh) return answer.value
      try {
        if (failure && isWithin(failure.at, failureFor)) throw failure.thrown
        return await askOnce(entry, ask)
      } catch (thrown) {
        const last = lastOf(entry)
        if (last) return last.value
        throw thrown
      }
    },
    // What is in the air lands in the entry that it began with, which nobody finds any more.
    forget: (tenantId) => entries.forget(tenantId),
  }
}

interface Entry<Value> {
  answer?: { readonly value: Value; readonly at: number } | undefined
  failure?: { readonly thrown: unknown; readonly at: number } | undefined
  pending?: Promise<Value> | undefined
}
