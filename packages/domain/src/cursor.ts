import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto'
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
  /** Nobody else reads what is in it. `lifeMs` is an hour unless given. */
  seal(token: string, binding: CursorBinding, lifeMs?: number): string
  /** As `seal`, but whoever has it can read it. */
  sealReadable(token: string, binding: CursorBinding, lifeMs?: number): string
  /** AWS's token; throws `unknown_cursor`, the same for every cause. */
  open(cursor: string, binding: CursorBinding): string
}

/**
 * A codec of encrypted cursors: a token of AWS may hold what an answer leaves out, such as keys of items. `now` gives
 * milliseconds since the epoch. The keys are shared by all replicas and have at least 32 bytes each; the first seals and
 * all open, so that one can be replaced. A cursor is its content under AES-CTR and a MAC of content and binding, which is
 * the IV too (the SIV construction of RFC 5297), so nothing random is needed.
 */
export const cursorCodec = (keys: readonly [Buffer, ...Buffer[]], now: () => number): CursorCodec => {
  if (keys.some((key) => key.length < 32)) throw new RangeError('a cursor key needs at least 32 bytes')
  const sealed = (content: Buffer, binding: CursorBinding, { key, kind }: Way): string => {
    const { tenantId, principalId, tool, account, region, input } = binding
    const bound = JSON.stringify([tenantId, principalId, tool, account, region, canonical(input)])
    const mac = createHmac('sha256', key).update(`cursor 2 ${kind}\n${bound}\n`).update(content).digest()
    const body = kind === 'secret' ? crypted(key, mac, content) : content
    return `${body.toString('base64url')}.${mac.toString('base64url')}`
  }
  const ways = keys.flatMap((key): Way[] => [
    { key, kind: 'secret' },
    { key, kind: 'readable' },
  ])
  const sealer =
    (kind: Way['kind']) =>
    (token: string, binding: CursorBinding, lifeMs = hourMs): string =>
      sealed(Buffer.from(JSON.stringify([now() + lifeMs, token])), binding, { key: keys[0], kind })
  return {
    seal: sealer('secret'),
    sealReadable: sealer('readable'),
    open(cursor, binding) {
      const [body = nothing, mac = nothing] = cursor
        .split('.', 2)
        .map((part) => Buffer.from(part, 'base64url'))
      if (mac.length !== 32) throw unknownCursor()
      // Compared as text: decoding accepts other spellings of the same bytes.
      const given = Buffer.from(cursor)
      const contents = ways.map((way) => {
        const content = way.kind === 'secret' ? crypted(way.key, mac, body) : body
        const right = Buffer.from(sealed(content, binding, way))
        return given.length === right.length && timingSafeEqual(given, right) ? content : undefined
      })
      const content = contents.find((each) => each !== undefined)
      if (!content) throw unknownCursor()
      const [expires, token] = JSON.parse(content.toString()) as [number, string]
      if (expires < now()) throw unknownCursor()
      return token
    },
  }
}

interface Way {
  readonly key: Buffer
  readonly kind: 'secret' | 'readable'
}

/** Encrypts or decrypts, which in this mode are the same. */
const crypted = (key: Buffer, mac: Buffer, content: Buffer): Buffer => {
  const own = createHmac('sha256', key).update('cursor 2 encryption').digest()
  return createCipheriv('aes-256-ctr', own, mac.subarray(0, 16)).update(content)
}

const nothing = Buffer.alloc(0)

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
