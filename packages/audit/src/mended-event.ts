import type { AuditEvent } from '@gateway/domain'

/**
 * The event with what has no canonical JSON (halves of surrogate pairs, which callers may send; numbers that are none) replaced,
 * so that nobody can keep a call out of the log by what it says.
 */
export const mendedEvent = (event: AuditEvent): AuditEvent => {
  const plain: unknown = JSON.parse(JSON.stringify(event))
  return eachText(plain, (text) => text.toWellFormed()) as AuditEvent
}

/** The event that a scrubbed line of it says. `line` may also hold what the chain adds, which is not looked at. */
export const scrubbedEvent = (
  event: AuditEvent,
  line: string,
  scrub: (text: string) => string,
): AuditEvent => {
  try {
    return JSON.parse(line) as AuditEvent
  } catch {
    // A secret beside a name was no string, and what stands in its place is no JSON.
    return eachText(event, scrub) as AuditEvent
  }
}

const eachText = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((each) => eachText(each, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [change(name), eachText(each, change)]),
  )
}
