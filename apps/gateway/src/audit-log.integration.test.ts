import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AuditEvent } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { openAuditLog } from './audit-log.ts'

const event: AuditEvent = {
  schema_version: 1,
  ts: '2026-01-02T03:04:05.678Z',
  event: 'tool.call',
  outcome: 'allow',
  request_id: 'r-1',
}

const temporaryFolder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'audit-log-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

test('a new file is readable by its owner only, folders included in the making', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'a', 'b', 'audit.jsonl')
  const log = await openAuditLog(file)
  await log.append(event)
  await log.close()
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(event)
})

test('what is in the file stays, and events keep their order', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'audit.jsonl')
  await writeFile(file, '{"old":true}\n')
  const log = await openAuditLog(file)
  const count = 2000
  await Promise.all(
    Array.from({ length: count }, (_, i) => log.append({ ...event, request_id: `request-${i}` })),
  )
  await log.close()
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  expect(lines).toHaveLength(count + 1)
  expect(lines[0]).toBe('{"old":true}')
  expect(lines.slice(1).map((line) => JSON.parse(line).request_id)).toEqual(
    Array.from({ length: count }, (_, i) => `request-${i}`),
  )
})

test('an event that waits for the end of its turn is written by a close, too', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'audit.jsonl')
  const log = await openAuditLog(file)
  const appended = [log.append(event), log.append(event)]
  await log.close()
  await Promise.all(appended)
  expect(await readFile(file, 'utf8')).toBe(`${JSON.stringify(event)}\n`.repeat(2))
})

test('one line per event, whatever is in it', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'audit.jsonl')
  const log = await openAuditLog(file)
  const nasty = 'a\r\nb\u001b[2J\u0000\u2028\u2029{"outcome":"allow"}\n'
  const user = { id: nasty, issuer: nasty, subject: nasty }
  await log.append({ ...event, detail: nasty, user })
  await log.append(event)
  await log.close()
  const text = await readFile(file, 'utf8')
  expect(text.split('\n')).toHaveLength(3)
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  expect(JSON.parse(text.split('\n')[0] ?? '')).toEqual({ ...event, detail: nasty, user })
})

test('what looks like a secret is scrubbed, and the id of a token stays', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'audit.jsonl')
  const log = await openAuditLog(file)
  const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl'
  const client = { id: 'editor', scopes: ['aws:read'], token_id: '5f0c1f5e-3b62-4b0e-9c39-3d7ce4a3e7a1' }
  await log.append({ ...event, client, detail: `Bearer ${jwt} AKIAIOSFODNN7EXAMPLE` })
  await log.close()
  const written = JSON.parse(await readFile(file, 'utf8'))
  expect(written).toEqual({ ...event, client, detail: 'Bearer [jwt] [access-key]' })
})

test('a sink that cannot be written refuses every further event, and still closes', async () => {
  // Every write to it fails as on a full disk.
  const log = await openAuditLog('/dev/full')
  await log.append(event)
  await vi.waitFor(() => expect(log.hasFailed()).toBe(true))
  await expect(log.append(event)).rejects.toThrow('the audit sink failed')
  await expect(log.append(event)).rejects.toMatchObject({ cause: { code: 'ENOSPC' } })
  await log.close()
})

test('a sink that fails only while it closes still closes', async () => {
  const log = await openAuditLog('/dev/full')
  await log.append(event)
  await log.close()
})

test('a closed sink refuses', async () => {
  await using folder = await temporaryFolder()
  const log = await openAuditLog(join(folder.path, 'audit.jsonl'))
  await log.close()
  await expect(log.append(event)).rejects.toThrow()
})

test('a place where no file can be is a fault at once', async () => {
  await using folder = await temporaryFolder()
  await expect(openAuditLog(folder.path)).rejects.toMatchObject({ code: 'EISDIR' })
  await expect(openAuditLog('/dev/null/audit.jsonl')).rejects.toMatchObject({ syscall: 'mkdir' })
})

test('a sink that can be written again is used again, and what it had accepted is not lost', async () => {
  await using folder = await temporaryFolder()
  const pipe = join(folder.path, 'audit.pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const first = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
  const log = await openAuditLog(pipe, { retryMs: 20 })
  await log.append({ ...event, request_id: 'before' })
  await vi.waitFor(async () => expect(String((await first.read()).buffer)).toContain('before'))
  await first.close()

  await log.append({ ...event, request_id: 'kept' })
  await vi.waitFor(() => expect(log.hasFailed()).toBe(true))
  await expect(log.append({ ...event, request_id: 'refused' })).rejects.toThrow('the audit sink failed')

  await using second = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
  await vi.waitFor(() => expect(log.hasFailed()).toBe(false))
  await log.append({ ...event, request_id: 'after' })
  let read = ''
  await vi.waitFor(async () => {
    const { bytesRead, buffer } = await second.read()
    read += buffer.subarray(0, bytesRead).toString()
    expect(
      read
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).request_id),
    ).toEqual(['kept', 'after'])
  })
  await log.close()
})
