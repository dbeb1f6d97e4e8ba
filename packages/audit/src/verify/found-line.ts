import type { AuditRecord, SignedCheckpoint } from '@gateway/domain'
import { canonicalJson } from '../canonical-json.ts'

/** What a line of an audit file is. */
export type FoundLine =
  | {
      readonly kind: 'record'
      readonly record: AuditRecord
      readonly text: string
      readonly asWritten: boolean
    }
  | {
      readonly kind: 'checkpoint'
      readonly signed: SignedCheckpoint
      /** Canonical JSON of the checkpoint alone, which is what is signed. */
      readonly text: string
      readonly asWritten: boolean
    }
  /** Of no chain: a line of a log, or of a time before there were chains. */
  | { readonly kind: 'foreign' }

/**
 * Reads one line. `asWritten` is false where its bytes are not the canonical JSON of what it says, as every line of the
 * gateway is: a name that is there twice, say, would be read in one way here and in another elsewhere.
 */
export const foundLineOf = (bytes: Buffer): FoundLine => {
  // Nearly all lines that are none of ours end here.
  if (bytes[0] !== openBrace) return { kind: 'foreign' }
  try {
    return lineSaying(JSON.parse(utf8.decode(bytes)), bytes)
  } catch {
    // No UTF-8, no JSON, or what has no canonical form (half a surrogate pair, thousands of brackets): the gateway writes none.
    return { kind: 'foreign' }
  }
}

const lineSaying = (value: unknown, bytes: Buffer): FoundLine => {
  if (isRecord(value)) {
    const text = canonicalJson(value)
    return { kind: 'record', record: value, text, asWritten: bytes.equals(Buffer.from(text)) }
  }
  if (isSigned(value)) {
    const asWritten = bytes.equals(Buffer.from(canonicalJson(value)))
    return { kind: 'checkpoint', signed: value, text: canonicalJson(value.checkpoint), asWritten }
  }
  return { kind: 'foreign' }
}

/** The record that a line has, whether or not it is written as the gateway writes it: in a fraction of the time. */
export const recordIn = (bytes: Buffer): AuditRecord | undefined => {
  if (bytes[0] !== openBrace) return undefined
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes))
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** One name for a chain, equal for equal ones. */
export const chainNameOf = (tenantId: string | undefined, instance: string): string =>
  JSON.stringify([tenantId ?? null, instance])

const openBrace = 123

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSeq = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1
const isText = (value: unknown): boolean => typeof value === 'string'
const isHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
const isTenant = (value: unknown): boolean => value === undefined || isText(value)

const isRecord = (value: unknown): value is AuditRecord =>
  isObject(value) &&
  isSeq(value.seq) &&
  isHash(value.hash) &&
  isHash(value.prev_hash) &&
  isText(value.key_id) &&
  isText(value.ts) &&
  isTenant(value.tenant_id) &&
  isObject(value.gateway) &&
  isText(value.gateway.instance)

const isSigned = (value: unknown): value is SignedCheckpoint =>
  isObject(value) &&
  isObject(value.checkpoint) &&
  (value.key_id === undefined || isText(value.key_id)) &&
  (value.signature === undefined || isText(value.signature)) &&
  isSeq(value.checkpoint.first_seq) &&
  isSeq(value.checkpoint.last_seq) &&
  // The last one of a chain may have nothing to tell of but that it is the last one.
  (isSeq(value.checkpoint.count) || value.checkpoint.count === 0) &&
  isHash(value.checkpoint.last_hash) &&
  isHash(value.checkpoint.records_sha256) &&
  isHash(value.checkpoint.prev_checkpoint_hash) &&
  isText(value.checkpoint.ts) &&
  isText(value.checkpoint.instance) &&
  isTenant(value.checkpoint.tenant_id)
