import type { AuditLine } from './audit-line.ts'

/** What is kept for a sink at most: beyond it, nothing more is taken. */
export interface Bounds {
  readonly records: number
  readonly bytes: number
}

/** Whose a record is: a tenant's, an operator's, or of somebody that nobody knows. */
export interface Whose {
  readonly tenantId?: string | undefined
  readonly stranger?: boolean | undefined
}

/** How the room for lines that a sink does not have yet is shared out. */
export interface SinkRoom {
  add(line: AuditLine): void
  remove(line: AuditLine): void
  /** Whether another record fits; `ends` are places to keep for the ends of what has begun. */
  fits(whose: Whose, state: { readonly ends: number; readonly failing: boolean }): boolean
  isFull(ends: number): boolean
  bytes(): number
}

/** Of strangers while the sink fails, and while it does not. */
const strangersShare = { failing: 1 / 10, working: 1 / 2 }
/** Of one tenant while the sink fails, once half of the room is used. */
const tenantShare = 1 / 4
const usedShare = 1 / 2
/** A record that is long for one. */
const endBytes = 4_096

interface Used {
  records: number
  bytes: number
}

/** Room for `bounds`, with nothing in it. */
export const createSinkRoom = (bounds: Bounds): SinkRoom => {
  const total: Used = { records: 0, bytes: 0 }
  const strangers: Used = { records: 0, bytes: 0 }
  const tenants = new Map<string | undefined, Used>()

  const shareOf = ({ records, bytes }: Used): number =>
    Math.max(records / bounds.records, bytes / bounds.bytes)
  const used = (ends: number): number =>
    shareOf({ records: total.records + ends, bytes: total.bytes + ends * endBytes })

  const ownerOf = ({ tenantId, stranger }: Whose): Used => {
    if (stranger) return strangers
    let owner = tenants.get(tenantId)
    if (!owner) {
      owner = { records: 0, bytes: 0 }
      tenants.set(tenantId, owner)
    }
    return owner
  }
  const change = (line: AuditLine, by: 1 | -1): void => {
    const owner = ownerOf(line)
    for (const each of [total, owner]) {
      each.records += by
      each.bytes += by * line.text.length
    }
    if (owner !== strangers && owner.records === 0) tenants.delete(line.tenantId)
  }

  return {
    add: (line) => change(line, 1),
    remove: (line) => change(line, -1),
    fits(whose, { ends, failing }) {
      const all = used(ends)
      if (all >= 1) return false
      if (whose.stranger) return shareOf(strangers) < strangersShare[failing ? 'failing' : 'working']
      if (!failing || all < usedShare) return true
      const own = tenants.get(whose.tenantId)
      return own === undefined || shareOf(own) < tenantShare
    },
    isFull: (ends) => used(ends) >= 1,
    bytes: () => total.bytes,
  }
}
