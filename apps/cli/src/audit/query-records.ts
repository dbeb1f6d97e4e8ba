import { filesInOrder } from '@gateway/audit'
import { printableLine } from '../tenant/printable.ts'
import type { AuditArguments } from './audit-arguments.ts'
import { fits } from './record-filter.ts'
import { recordLine } from './record-line.ts'
import type { AuditProcess } from './run-audit.ts'
import { storedLines } from './stored-records.ts'
import { writtenTo } from './written-to.ts'

/** Prints the newest records that fit, oldest first. Always 0: no record is an answer too. */
export const queryRecords = async (
  own: AuditProcess,
  { filter, limit, json }: Extract<AuditArguments, { command: 'query' }>,
  files: readonly string[],
): Promise<number> => {
  let found: string[] = []
  let more = 0
  for await (const line of storedLines(await filesInOrder(files))) {
    if (line.kind !== 'record' || !fits(line.record, filter)) continue
    found.push(json ? printableLine(line.record) : recordLine(line.record))
    // Not one by one, which would copy all of them for each.
    if (found.length < 2 * limit + 1_000) continue
    more += found.length - limit
    found = newest(found, limit)
  }
  more += Math.max(0, found.length - limit)
  const write = writtenTo(own.output)
  for (const text of newest(found, limit)) if (!(await write(`${text}\n`))) return 0
  if (more > 0) own.stderr(`${more} older ones fit too (--limit)\n`)
  return 0
}

const newest = (all: readonly string[], limit: number): string[] => (limit === 0 ? [] : all.slice(-limit))
