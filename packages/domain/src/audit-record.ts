import type { AuditEvent } from './audit.ts'

/** An audit event as it stands in a chain: one for each tenant and instance, in which `seq` counts from 1. */
export interface AuditRecord extends AuditEvent {
  readonly seq: number
  /** Which process wrote it; `instance` is another one after each start. */
  readonly gateway: { readonly instance: string; readonly version: string }
  /** `hash` of the record before; of the first one 64 zeros. */
  readonly prev_hash: string
  /** Which key `hash` is under. */
  readonly key_id: string
  /** HMAC-SHA-256, hexadecimal, over `prev_hash` and the canonical JSON (RFC 8785) of the record without `hash`. */
  readonly hash: string
}

/**
 * What is signed of a chain now and then, so that nobody who writes the log can change, remove or cut records that a
 * checkpoint tells of: records `first_seq` to `last_seq`, all there are of them.
 */
export interface AuditCheckpoint {
  readonly schema_version: 1
  /** UTC, ISO 8601 with milliseconds. */
  readonly ts: string
  /** Absent in the chain of what belongs to no tenant. */
  readonly tenant_id?: string
  readonly instance: string
  readonly first_seq: number
  readonly last_seq: number
  readonly last_hash: string
  readonly count: number
  /** SHA-256, hexadecimal, over the lines of the records: the canonical JSON of each and a line feed. */
  readonly records_sha256: string
  /** SHA-256, hexadecimal, of the canonical JSON of the checkpoint before; of the first one 64 zeros. */
  readonly prev_checkpoint_hash: string
  /** Set in the last one of a process that ended in order: no record follows. */
  readonly final?: true
}

/** A checkpoint and who vouches for it: one line beside those of records. */
export interface SignedCheckpoint {
  readonly checkpoint: AuditCheckpoint
  /** Absent where the gateway has no key to sign with. */
  readonly key_id?: string
  /** ES256 (RFC 7518 section 3.4: r and s, 64 bytes) in base64url, over the canonical JSON of `checkpoint`. */
  readonly signature?: string
}

/** What signs checkpoints: a key in a file, or one in AWS KMS that nobody can read. */
export interface CheckpointSigner {
  readonly keyId: string
  /** ES256 signature, r and s, 64 bytes. */
  sign(text: Uint8Array): Promise<Uint8Array>
}

/** A bucket that audit objects go to, of the gateway's own account. Every method rejects where it cannot be reached. */
export interface AuditBucket {
  /** Writes an object that nothing overwrites; with Object Lock where the bucket has it. */
  put(key: string, body: Uint8Array): Promise<void>
  /** Keys that start with `prefix`, in order. */
  list(prefix: string): AsyncIterable<string>
  get(key: string): Promise<Uint8Array>
}
