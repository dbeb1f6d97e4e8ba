import { createHmac, timingSafeEqual } from 'node:crypto'
import { GatewayError } from './errors.ts'

/** What a cursor is bound to: it works for this tenant, user, tool, account, region and arguments only. */
export interface CursorBinding {
  readonly tenantId: string
  readonly principalId: string
  readonly tool: string
  readonly account: string
  readonly region: string
  /** The other arguments of the call. */
  readonly input: unknown
}

/** Wraps AWS's page tokens in ours. */
export interface CursorCodec {
  /** `lifeMs` is an hour unless given. */
  seal(token: string, binding: CursorBinding, lifeMs?: number): string
  /** AWS's token; throws `unknown_cursor`, the same for every cause. */
  open(cursor: string, binding: CursorBinding): string
}

/**
 * A codec of signed cursors; `now` gives milliseconds since the epoch. The keys are shared by all
 * replicas and have at least 32 bytes each; the first signs and all verify, so that one can be replaced.
 */
export const cursorCodec = (keys: readonly [Buffer, ...Buffer[]], now: () => number): CursorCodec => {
  if (keys.some((key) => key.length < 32)) throw new RangeError('a cursor key needs at least 32 bytes')
  const sign = (key: Buffer, payload: string, binding: CursorBinding): string => {
    const { tenantId, principalId, tool, account, region, input } = binding
    const bound = JSON.stringify([tenantId, principalId, tool, account, region, canonical(input)])
    return createHmac('sha256', key).update(`cursor 1\n${payload}\n${bound}`).digest('base64url')
  }
  return {
    seal(token, binding, lifeMs = hourMs) {
      const payload = Buffer.from(JSON.stringify([now() + lifeMs, token])).toString('base64url')
      return `${payload}.${sign(keys[0], payload, binding)}`
    },
    open(cursor, binding) {
      const [payload = '', mac = '', ...rest] = cursor.split('.')
      // Compared as text: decoding would accept other spellings of the same bytes.
      const given = Buffer.from(mac)
      const isRight = keys.some((key) => {
        const right = Buffer.from(sign(key, payload, binding))
        return given.length === right.length && timingSafeEqual(given, right)
      })
      if (rest.length > 0 || !isRight) throw unknownCursor()
      const [expires, token] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [number, string]
      if (expires < now()) throw unknownCursor()
      return token
    },
  }
}

const hourMs = 3_600_000

/** The one answer to every cursor that is not right. */
export const unknownCursor = (): GatewayError =>
  new GatewayError(
    'unknown_cursor',
    'This cursor is unknown: it is too old, or was made for another user, account, region or query. Call again without it.',
  )

/** JSON with sorted keys, so that equal values in another order give the same text. */
export const canonicalJson = (value: unknown): string => JSON.stringify(canonical(value))

/** JSON with sorted keys, so that equal arguments in another order give the same text. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([name, each]) => [name, canonical(each)]))
}
