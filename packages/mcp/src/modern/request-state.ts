import { createHash } from 'node:crypto'
import type { Grant, RecordStore } from '@gateway/domain'
import { isObject } from '../rpc.ts'
import { isMacOf, macOf } from '../signature.ts'

/** What a state is bound to: it works for this caller and this very request only. */
export interface StateBinding {
  readonly grant: Grant
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Carries a handler's state through the client and back (MCP 2026-07-28, multi round-trip requests). */
export interface RequestStates {
  /** The text of `requestState`: signed, for 300 s, and readable by the client. */
  seal(state: unknown, binding: StateBinding): string
  /** The state; undefined for one that was altered, is too old, was made for another request, or was used before. */
  open(text: string, binding: StateBinding): Promise<{ readonly state: unknown } | undefined>
}

const ttlSeconds = 300
/** Seconds that a used one is known: longer than a state lives by the slowest clock of all replicas. */
const nonceSeconds = 2 * ttlSeconds
const maxNonces = 100_000

/** States signed with the first of `keys`; all of them verify, so that a key can be replaced on one replica at a time. */
export const createRequestStates = (of: {
  readonly keys: readonly [Buffer, ...Buffer[]]
  readonly records: RecordStore
  newId(): string
  now(): number
}): RequestStates => {
  const { keys, records, newId, now } = of
  return {
    seal(state, binding) {
      const content = JSON.stringify([now() + ttlSeconds * 1000, newId(), state])
      const payload = Buffer.from(content).toString('base64url')
      return `${payload}.${macOf(keys[0], purpose, signedOf(payload, binding))}`
    },
    async open(text, binding) {
      if (text.length > 65_536) return undefined
      const [payload = '', mac = '', ...rest] = text.split('.')
      const right = isMacOf(keys, purpose, { text: signedOf(payload, binding), mac })
      if (rest.length > 0 || !right) return undefined
      const [expires, nonce, state] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [
        number,
        string,
        unknown,
      ]
      if (expires < now()) return undefined
      const used = await records.create(
        { tenantId: binding.grant.tenant.id, kind: 'nonce', id: nonce },
        '1',
        { ttlSeconds: nonceSeconds, maxPerTenant: maxNonces },
      )
      return used === 'created' ? { state } : undefined
    },
  }
}

const purpose = 'request state 1'

const signedOf = (payload: string, { grant, method, params }: StateBinding): string => {
  const { inputResponses: _, requestState: __, _meta: ___, ...asked } = params
  const digest = createHash('sha256')
    .update(JSON.stringify(canonical(asked)))
    .digest('base64')
  return `${payload}\n${JSON.stringify([grant.tenant.id, grant.principal.id, method, digest])}`
}

/** With sorted members, so that equal arguments in another order are the same request. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical)
  if (!isObject(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, each]) => [name, canonical(each)]))
}
