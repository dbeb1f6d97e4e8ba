import { randomBytes } from 'node:crypto'
import { readTraceparent, type Span, type Tracer, traceparentText } from '@gateway/domain'

/**
 * The tracer of a process that exports nothing: it continues the caller's trace, or begins one, with an id for each call, so that
 * audit records can be joined; it says of no span that it was recorded.
 */
export const idsOnly = (): Tracer => {
  const random = hexDigits()
  return {
    start(_name, { parent }) {
      const traceId = readTraceparent(parent)?.traceId ?? random(32)
      const span: Span = {
        traceparent: traceparentText({ traceId, spanId: random(16), sampled: false }),
        child: () => span,
        set() {},
        end() {},
      }
      return span
    },
  }
}

/** Random digits out of a supply: to ask the system for those of each call takes longer than all else about its ids. */
const hexDigits = (): ((count: number) => string) => {
  let supply = ''
  let used = 0
  return (count) => {
    if (used + count > supply.length) {
      supply = randomBytes(2_048).toString('hex')
      used = 0
    }
    used += count
    return supply.slice(used - count, used)
  }
}
