import { setTimeout as sleep } from 'node:timers/promises'
import { filesInOrder } from '@gateway/audit'
import type { AuditEvent, AuditRecord } from '@gateway/domain'
import { printableLine } from '../tenant/printable.ts'
import type { AuditArguments } from './audit-arguments.ts'
import { followFile } from './follow-file.ts'
import { fits } from './record-filter.ts'
import { recordLine } from './record-line.ts'
import type { AuditProcess } from './run-audit.ts'
import { storedLines } from './stored-records.ts'
import { writtenTo } from './written-to.ts'

const pollMs = 250

/** Prints the last records, and with `follow` those that come, until it is stopped: also those of a file that takes the place of this one. */
export const tailRecords = async (
  own: AuditProcess,
  { filter, lines, json, follow }: Extract<AuditArguments, { command: 'tail' }>,
  files: readonly string[],
): Promise<number> => {
  const write = writtenTo(own.output)
  const show = (record: AuditEvent): Promise<boolean> =>
    write(`${json ? printableLine(record) : recordLine(record)}\n`)
  const current = files.filter((file) => !/\.(checkpoints|gz)$|\.\d{8}T\d{9}Z$/.test(file))
  // Opened before what is there is read, so that nothing comes in between.
  const followed = follow ? await Promise.all(current.map(followFile)) : []
  const last: AuditRecord[] = []
  // What was put aside is not read: it may be much, and it is old.
  for await (const line of storedLines(await filesInOrder(current))) {
    if (line.kind !== 'record' || !fits(line.record, filter)) continue
    last.push(line.record)
    if (last.length > lines) last.shift()
  }
  for (const record of last) if (!(await show(record))) return 0
  // A record that came while the others were read is in both.
  const shown = new Set(last.map(({ hash }) => hash))
  const stop = follow ? own.stop() : AbortSignal.abort()
  while (!stop.aborted) {
    for (const file of followed) {
      for (const record of await file.more()) {
        if (shown.delete(record.hash) || !fits(record, filter)) continue
        if (!(await show(record))) return 0
      }
    }
    await sleep(pollMs, undefined, { signal: stop }).catch(() => undefined)
  }
  await Promise.all(followed.map((file) => file.close()))
  return 0
}
