/** What is wrong with a chain, and where. */
export interface AuditFault {
  readonly kind: /** The record is not what its hash tells of. */
    | 'changed'
    /** Its bytes are not those that the gateway writes for what it says. */
    | 'rewritten'
    | 'missing'
    | 'out_of_place'
    | 'twice'
    /** It does not follow on the record before. */
    | 'link'
    /** Records are not those that a checkpoint tells of. */
    | 'range'
    /** A checkpoint was removed, changed, or stands elsewhere. */
    | 'checkpoint'
    | 'signature'
    | 'unsigned'
    /** A record behind the end of its chain. */
    | 'after_end'
    /** The chain does not begin with its first record, or does not end, where it should. */
    | 'not_whole'
  readonly first_seq: number
  readonly last_seq: number
  /** One sentence; nothing of the log is quoted but numbers and times. */
  readonly text: string
  readonly file?: string
  readonly line?: number
}

/** What was found of one chain. */
export interface ChainReport {
  /** `unproven`: no key that was given tells this chain from a forged one; the first note says why. */
  readonly verdict: 'verified' | 'tampered' | 'unproven'
  readonly tenant_id?: string
  readonly instance: string
  readonly records: number
  /** Absent where there is no record. */
  readonly first_seq?: number
  readonly last_seq?: number
  readonly checkpoints: number
  /** Names of the keys that have signed its checkpoints, as the checkpoints have them. */
  readonly signed_by: readonly string[]
  /** Names of the keys of its hashes. */
  readonly hash_keys: readonly string[]
  /** `closed`: its last checkpoint says that the process ended in order. */
  readonly end: 'closed' | 'open'
  /** Records that a good signature covers. */
  readonly proven_by_signature: number
  /** Records whose hash was computed again. */
  readonly proven_by_hash: number
  /** Records that neither covers. */
  readonly unproven: number
  /** Of them or not: records behind the last checkpoint. */
  readonly after_last_checkpoint: number
  /** Sentences about what is no fault but limits what was proven. */
  readonly notes: readonly string[]
  /** By `seq`; at most 20, and how many more. */
  readonly faults: readonly AuditFault[]
  readonly more_faults: number
  /** The first record that is known to be bad, and the first range of a checkpoint. */
  readonly first_bad_seq?: number
  readonly first_bad_range?: readonly [number, number]
}

/** What was found of all files. */
export interface AuditReport {
  /** The worst of its chains; `unproven`: nothing is wrong as far as it was looked at, and that proves nothing. */
  readonly verdict: 'verified' | 'tampered' | 'unproven'
  readonly files: readonly string[]
  readonly lines: number
  readonly records: number
  readonly checkpoints: number
  /** Lines of no chain. */
  readonly foreign: number
  /** Files that end inside of a line: the process died while it wrote. */
  readonly torn: number
  /** Lines of more than a million bytes, which were not read. */
  readonly too_long: number
  readonly proven_by_signature: number
  readonly proven_by_hash: number
  readonly unproven: number
  /** By tenant and instance. */
  readonly chains: readonly ChainReport[]
}
