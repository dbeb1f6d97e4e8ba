import { readFile } from 'node:fs/promises'
import type { AuditEvent, AuditRecord } from '@gateway/domain'

/** The events of an audit file so far: what was decided, without the records that a change begins with and checkpoints. */
export const decidedIn = async (file: string): Promise<AuditEvent[]> =>
  (await recordsIn(file)).filter(({ event }) => event !== 'tool.begin')

/** Every event of an audit file so far. */
export const recordsIn = async (file: string): Promise<AuditRecord[]> =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditRecord)
    .filter((line) => 'event' in line)
