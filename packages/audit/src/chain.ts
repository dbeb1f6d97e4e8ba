import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import type { AuditEvent, AuditRecord } from '@gateway/domain'
import { canonicalJson } from './canonical-json.ts'
import { auditKeyId } from './hmac-key.ts'
import { mendedEvent, scrubbedEvent } from './mended-event.ts'

/** What stands for the hash before the first one. */
export const noHash = '0'.repeat(64)

/** An event that has its place in a chain. */
export interface LinkedRecord {
  readonly tenantId: string | undefined
  readonly seq: number
  readonly hash: string
  /** Canonical JSON of the record and a line feed. */
  readonly text: string
}

/** What records are made with. */
export interface ChainParts {
  /** Of the hashes, at least 32 bytes. */
  readonly key: Uint8Array
  readonly gateway: AuditRecord['gateway']
  /** Takes secrets out of a line of JSON, and leaves it JSON. */
  scrub(line: string): string
}

/**
 * Gives events their places: a chain for each tenant, and one for what belongs to none. No chain is ever dropped, since tenants
 * are those of the directory and a chain without anything new is a few hundred bytes. What `scrub` changes is changed before it
 * is hashed.
 */
export const createChains = ({ key, gateway, scrub }: ChainParts): ((event: AuditEvent) => LinkedRecord) => {
  const heads = new Map<string | undefined, { seq: number; hash: string }>()
  const hmacKey = createSecretKey(key)
  const key_id = auditKeyId(key)
  // Stands in the place of the hash until there is one. Nobody knows it, so no event can hold it.
  const mark = randomBytes(32).toString('hex')
  const member = `"hash":"${mark}",`

  const textOf = (event: AuditEvent, seq: number, prev_hash: string): string =>
    canonicalJson({ ...event, seq, gateway, prev_hash, key_id, hash: mark })

  const scrubbedTextOf = (event: AuditEvent, seq: number, prevHash: string): string => {
    const text = textOf(event, seq, prevHash)
    const clean = scrub(text)
    return clean === text ? text : textOf(scrubbedEvent(event, clean, scrub), seq, prevHash)
  }

  return (event) => {
    const head = heads.get(event.tenant_id)
    const seq = (head?.seq ?? 0) + 1
    const prevHash = head?.hash ?? noHash
    let text: string
    try {
      text = scrubbedTextOf(event, seq, prevHash)
    } catch {
      text = scrubbedTextOf(mendedEvent(event), seq, prevHash)
    }
    // `key_id` always follows it, so the comma is there.
    const at = text.indexOf(member)
    const before = text.slice(0, at)
    const after = text.slice(at + member.length)
    const hash = createHmac('sha256', hmacKey).update(`${prevHash}${before}${after}`).digest('hex')
    if (head) {
      head.seq = seq
      head.hash = hash
    } else heads.set(event.tenant_id, { seq, hash })
    return { tenantId: event.tenant_id, seq, hash, text: `${before}"hash":"${hash}",${after}\n` }
  }
}
