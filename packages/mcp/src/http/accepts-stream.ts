/**
 * Whether a client takes an event stream for an answer (RFC 9110 section 12.5.1). One that names only other types gets
 * JSON: what would come before the answer is left out, and it cannot be asked anything.
 */
export const acceptsStream = (accept: string | undefined): boolean =>
  accept === undefined ||
  /(?:text\/event-stream|text\/\*|\*\/\*)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(accept)
