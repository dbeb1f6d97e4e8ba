/** Decides whether a command is sent at all, by how those before it fared. */
export interface CircuitBreaker {
  /** What a command that may be sent reports to; undefined where it may not. While it is half open, only the first that asks may. */
  admits(): Admission | undefined
  /** Lets the next command try: there is a new connection. */
  halfOpen(): void
}

/** What became of one command that was admitted; it is told one of both. */
export interface Admission {
  answered(): void
  failed(): void
}

/** How it is told the time, in milliseconds, and who hears when it opens and closes. */
export interface CircuitBreakerOptions {
  now(): number
  onChange(state: 'open' | 'closed'): void
}

/** Failures within `windowMs` that open it for `openMs`. */
const most = 5
const windowMs = 1000
const openMs = 2000

/**
 * Opens at 5 failures within a second, for 2 s in which nothing is sent; then one command tries, and closes it or opens it
 * again. So a store that is away costs whoever asks it no time, and is not asked by everybody at once when it comes back.
 */
export const circuitBreaker = ({ now, onChange }: CircuitBreakerOptions): CircuitBreaker => {
  let state: 'closed' | 'open' | 'half-open' | 'trying' = 'closed'
  let openUntil = 0
  // Moments of the last failures, oldest first.
  let failures: number[] = []

  const open = (): void => {
    const before = state
    state = 'open'
    openUntil = now() + openMs
    failures = []
    if (before === 'closed') onChange('open')
  }

  /** Of every command but one that tries: how those end that were sent before it opened says nothing of now. */
  const ordinary: Admission = {
    answered() {},
    failed() {
      if (state !== 'closed') return
      const at = now()
      failures = [...failures.filter((each) => each > at - windowMs), at]
      if (failures.length >= most) open()
    },
  }
  const trial: Admission = {
    answered() {
      state = 'closed'
      onChange('closed')
    },
    failed: open,
  }

  return {
    admits() {
      if (state === 'closed') return ordinary
      if (state === 'open' && now() >= openUntil) state = 'half-open'
      if (state !== 'half-open') return undefined
      state = 'trying'
      return trial
    },
    halfOpen() {
      if (state === 'open') state = 'half-open'
    },
  }
}
