import type { AuditFault } from './audit-report.ts'

/** Faults of one chain: the first ones are kept, the others counted. */
export interface FaultList {
  add(fault: AuditFault): void
  /** By `seq`, and how many were not kept. */
  read(): { readonly faults: readonly AuditFault[]; readonly more: number }
}

const most = 20

/** Makes an empty one. */
export const createFaultList = (): FaultList => {
  const kept: AuditFault[] = []
  let more = 0
  return {
    add(fault) {
      kept.push(fault)
      if (kept.length <= most) return
      // What is about later records goes first.
      kept.sort(bySeq)
      kept.pop()
      more++
    },
    read: () => ({ faults: kept.toSorted(bySeq), more }),
  }
}

const bySeq = (a: AuditFault, b: AuditFault): number => a.first_seq - b.first_seq || a.last_seq - b.last_seq
