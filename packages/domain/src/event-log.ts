/** One log: of a stream of one session, or of the changes of a tenant. `name` is of `[A-Za-z0-9_:-]`, made by us. */
export interface EventLogKey {
  readonly tenantId: string
  readonly name: string
}

/** One event of a log. */
export interface LoggedEvent {
  /** Position in its log, of `[0-9-]`; later ones are greater by `readAfter`'s order, not as text. */
  readonly entry: string
  readonly text: string
}

/**
 * Messages that a client may not have got yet, on any replica. A log is bounded: it forgets its oldest events over
 * 500 or 4 MiB, and all of it 300 s after its last one; a tenant has at most 10,000 logs, and its oldest go first.
 * Every method rejects when the store cannot be reached.
 */
export interface EventLog {
  /** Adds an event and wakes the followers; resolves to its entry. Calls of one process keep their order. */
  append(key: EventLogKey, text: string): Promise<string>
  /** Up to `count` events after `entry`, oldest first; `undefined` means from the start. */
  readAfter(key: EventLogKey, entry: string | undefined, count: number): Promise<readonly LoggedEvent[]>
  /** Entry of the newest event; `0-0` where there is none. */
  lastEntry(key: EventLogKey): Promise<string>
  /**
   * Calls `wake` soon after every append, by whichever replica, until the returned function is called. It may be
   * called more often than needed; a caller that was waiting while the store was away is woken too.
   */
  follow(key: EventLogKey, wake: () => void): Promise<() => void>
  remove(key: EventLogKey): Promise<void>
}
