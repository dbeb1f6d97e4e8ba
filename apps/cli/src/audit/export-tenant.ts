import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { filesInOrder } from '@gateway/audit'
import { oneLine } from '../tenant/printable.ts'
import { TenantFailure, wrongUse } from '../tenant/tenant-failure.ts'
import type { AuditArguments } from './audit-arguments.ts'
import { csvHead, csvLine } from './csv-line.ts'
import type { AuditProcess } from './run-audit.ts'
import { storedLines } from './stored-records.ts'
import { tenantSpans } from './tenant-spans.ts'
import { type WriteTo, writtenTo } from './written-to.ts'

type Asked = Extract<AuditArguments, { command: 'export' }>

/** Writes what there is of one tenant, its lines as they are; gives 1 where there is none. */
export const exportTenant = async (
  own: AuditProcess,
  asked: Asked,
  files: readonly string[],
): Promise<number> => {
  const { out } = asked
  if (out === undefined) return tell(own, asked, await copy(asked, files, writtenTo(own.output)))
  const file = resolve(own.folder, out)
  await takeName(out, file)
  // All of it or nothing, and for nobody else to read.
  const partial = `${file}.${process.pid}.partial`
  const stream = createWriteStream(partial, { flags: 'wx', mode: 0o600 })
  let fault: NodeJS.ErrnoException | undefined
  stream.on('error', (error) => {
    fault = error
  })
  let left = file
  try {
    const counts = await copy(asked, files, writtenTo(stream))
    stream.end()
    await finished(stream).catch(() => undefined)
    if (fault) throw failed(out, fault.code ?? 'unknown')
    await rename(partial, file)
    left = partial
    return tell(own, asked, counts)
  } finally {
    stream.destroy()
    await rm(partial, { force: true })
    await rm(left, { force: true })
  }
}

/** An empty file in its place, before anything is read: what is there already may be the log itself. */
const takeName = async (out: string, file: string): Promise<void> => {
  try {
    await (await open(file, 'wx', 0o600)).close()
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
    if (code !== 'EEXIST') throw failed(out, code)
    throw wrongUse(
      `${out} is there already, and nothing is written over it: name another file, or move it away.`,
    )
  }
}

const failed = (file: string, why: string): TenantFailure =>
  new TenantFailure(`${file} cannot be written (${why}).`)

interface Counts {
  records: number
  checkpoints: number
}

const copy = async (
  { tenantId, range, format }: Asked,
  given: readonly string[],
  write: WriteTo,
): Promise<Counts> => {
  const files = await filesInOrder(given)
  const spans = await tenantSpans(files, tenantId, range)
  const counts = { records: 0, checkpoints: 0 }
  if (format === 'csv' && !(await write(csvHead))) return counts
  for await (const line of storedLines(files)) {
    if (line.kind === 'record') {
      const { tenant_id, gateway, seq } = line.record
      const span = tenant_id === tenantId ? spans.get(gateway.instance) : undefined
      if (!span || seq < span.first || seq > span.last) continue
      counts.records++
      const text = format === 'csv' ? csvLine(line.record) : Buffer.concat([line.bytes, lineFeed])
      if (!(await write(text))) return counts
    } else if (format === 'jsonl') {
      const { tenant_id, instance, first_seq, last_seq } = line.signed.checkpoint
      const span = tenant_id === tenantId ? spans.get(instance) : undefined
      if (!span || first_seq < span.first || last_seq > span.last) continue
      counts.checkpoints++
      if (!(await write(Buffer.concat([line.bytes, lineFeed])))) return counts
    }
  }
  return counts
}

const lineFeed = Buffer.from('\n')

const tell = (
  own: AuditProcess,
  { tenantId, format, out }: Asked,
  { records, checkpoints }: Counts,
): number => {
  const proof = format === 'csv' ? ' (CSV cannot be verified)' : ` and ${checkpoints} checkpoints`
  const where = out === undefined ? '' : ` to ${out}`
  own.stderr(`${oneLine(`${records} records${proof} of tenant ${tenantId}${where}`)}\n`)
  return records === 0 ? 1 : 0
}
