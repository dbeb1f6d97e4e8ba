import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditEvent } from '@gateway/domain'
import { expect, test } from 'vitest'
import { openAuditFile } from './audit-file.ts'

const event = (id: string): AuditEvent => ({
  schema_version: 1,
  ts: '2026-01-01T00:00:00.000Z',
  event: 'tool.call',
  outcome: 'allow',
  request_id: id.padEnd(100_000, 'x'),
})

test('events are whole lines in their order, after what the file held, for its owner only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'audit-file-'))
  const file = join(folder, 'audit.jsonl')
  const ids = Array.from({ length: 20 }, (_, i) => `r${i}`)
  for (const half of [ids.slice(0, 10), ids.slice(10)]) {
    const audit = await openAuditFile(file)
    await Promise.all(half.map((id) => audit.append(event(id))))
    await audit.close()
  }
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual(ids.map(event))
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await rm(folder, { recursive: true })
})

test('what cannot be written rejects, and what cannot be opened is a fault of the command line', async () => {
  const audit = await openAuditFile('/dev/full')
  await expect(audit.append(event('a'))).rejects.toThrow(/ENOSPC/)
  await audit.close()
  await expect(openAuditFile('/nonexistent/audit.jsonl')).rejects.toMatchObject({
    faults: ['--audit: cannot be opened (ENOENT)'],
  })
})

test('without a file events go nowhere', async () => {
  const audit = await openAuditFile(undefined)
  await expect(audit.append(event('a'))).resolves.toBeUndefined()
  await audit.close()
})
