/** What event logs may hold. */
export interface EventLogBounds {
  /** Events of one log. */
  readonly maxEvents: number
  /** Bytes of the texts of one log, in UTF-8. */
  readonly maxBytes: number
  /** Seconds that a log lives after its last event. */
  readonly ttlSeconds: number
  readonly maxLogsPerTenant: number
}

/** The bounds that `EventLog` documents, but for those given. */
export const eventLogBounds = (given: Partial<EventLogBounds>): EventLogBounds => ({
  maxEvents: 500,
  maxBytes: 4 * 1024 * 1024,
  ttlSeconds: 300,
  maxLogsPerTenant: 10_000,
  ...given,
})

/** Bytes of an event; one that no log may hold is our own mistake, and a RangeError. */
export const bytesOf = (text: string, { maxBytes }: EventLogBounds): number => {
  const bytes = Buffer.byteLength(text)
  if (bytes > maxBytes) throw new RangeError(`an event is at most ${maxBytes} bytes`)
  return bytes
}
