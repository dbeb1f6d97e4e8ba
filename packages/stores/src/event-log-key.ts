import { type EventLogKey, tenantKey } from '@gateway/domain'

/** The key of a log, or undefined for a name that is not of the shape that we make: such a log is unknown. */
export const eventLogKey = ({ tenantId, name }: EventLogKey): string | undefined =>
  /^[\w:-]{1,256}$/.test(name) ? tenantKey(tenantId, 'ev', name) : undefined

/** The key of a log about to be written; a name of another shape is our own mistake. */
export const newEventLogKey = (log: EventLogKey): string => {
  const key = eventLogKey(log)
  if (key === undefined) throw new RangeError('the name of an event log is 1-256 letters, digits, :, - or _')
  return key
}

/** An entry as clients send it back, or a RangeError: whoever takes it from a client checks it first. */
export const knownEntry = (entry: string): string => {
  if (!/^\d{1,16}-\d{1,16}$/.test(entry)) throw new RangeError('an entry of an event log is two numbers')
  return entry
}
