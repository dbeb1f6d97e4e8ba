/** The parts of a `traceparent`, in lower-case hexadecimal. */
export interface Traceparent {
  readonly traceId: string
  readonly spanId: string
  /** Whether the caller may have recorded its part of the trace. */
  readonly sampled: boolean
}

/**
 * Reads a `traceparent` of a caller (W3C Trace Context, level 1, section 3.2): version 00 with its two ids, neither of them all zero;
 * undefined for anything else, which counts as none.
 */
export const readTraceparent = (text: unknown): Traceparent | undefined => {
  if (typeof text !== 'string' || text.length !== 55) return undefined
  const [, traceId, spanId, flags] = form.exec(text) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** The text of these parts. */
export const traceparentText = ({ traceId, spanId, sampled }: Traceparent): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`

const form = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
