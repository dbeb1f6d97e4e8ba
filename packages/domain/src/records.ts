/**
 * A record of a tenant: `kind` groups and bounds them, `id` is of `[A-Za-z0-9_~-]`, at most 128 characters. One with an
 * `owner`, of the same shape, is found and bounded under that name only.
 */
export interface RecordKey {
  readonly tenantId: string
  readonly kind:
    | 'run'
    | 'task'
    | 'nonce'
    | 'stream'
    | 'verification'
    | 'confirmation'
    | 'approval'
    | 'approval-waiting'
    | 'approval-asked'
    | 'launch'
    | 'step-up'
  readonly id: string
  readonly owner?: string
}

/** Life of a record from now, and how many of its kind the tenant may have, and its owner among them. */
export interface RecordBounds {
  readonly ttlSeconds: number
  readonly maxPerTenant: number
  /** Absent where the owner may have as many as the tenant. */
  readonly maxPerOwner?: number
}

/**
 * Small records (JSON text) under their tenant, on any replica; a foreign tenant's record is unknown by
 * construction. An id of another shape is unknown. Every method rejects when the store cannot be reached.
 */
export interface RecordStore {
  /** `exists` changes nothing, and so does `full`: the tenant or the owner has as many live records of the kind as it may. */
  create(key: RecordKey, value: string, bounds: RecordBounds): Promise<'created' | 'exists' | 'full'>
  get(key: RecordKey): Promise<string | undefined>
  /** Replaces the value only where it still is `from`, and renews its life; true if it did. */
  replace(key: RecordKey, from: string, to: string, ttlSeconds: number): Promise<boolean>
  /** True if there was one. */
  remove(key: RecordKey): Promise<boolean>
}
