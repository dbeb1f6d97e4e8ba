import { execFile, execFileSync } from 'node:child_process'
import { constants } from 'node:fs'
import { appendFile, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import type { AuditLine } from './audit-line.ts'
import { type FileSinkOptions, openFileSink } from './file-sink.ts'

const openFolder = async (options: Partial<FileSinkOptions> = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'file-sink-'))
  const path = join(folder, 'audit.jsonl')
  const faults: string[] = []
  const openSink = (more: Partial<FileSinkOptions> = {}) =>
    openFileSink({ path, now: Date.now, onFault: (_, message) => faults.push(message), ...options, ...more })
  return {
    folder,
    path,
    faults,
    openSink,
    names: async () => (await readdir(folder)).sort(),
    text: (name = 'audit.jsonl') => readFile(join(folder, name), 'utf8'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

const record = (n: number, length = 1): AuditLine => ({
  instance: 'i',
  seq: n,
  text: `{"n":${n},"x":"${'x'.repeat(length)}"}\n`,
})
const checkpoint: AuditLine = {
  instance: 'i',
  checkpoint: {
    checkpoint: {
      schema_version: 1,
      ts: '2026-01-01T00:00:00.000Z',
      instance: 'i',
      first_seq: 1,
      last_seq: 1,
      last_hash: '',
      count: 1,
      records_sha256: '',
      prev_checkpoint_hash: '',
    },
  },
  text: '{"checkpoint":{}}\n',
}
const textOf = (lines: readonly AuditLine[]) => lines.map(({ text }) => text).join('')

/** Files of this process end at so many bytes, as if the disk were full: part of a write, then an error. */
const endFilesAt = (bytes: number | 'unlimited') =>
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`])
afterEach(() => endFilesAt('unlimited'))

test('records and checkpoints have files of their own, for their owner alone, folders included in the making', async () => {
  await using folder = await openFolder()
  const path = join(folder.folder, 'a', 'b', 'audit.jsonl')
  const sink = await folder.openSink({ path })
  await sink.write([record(1), checkpoint, record(2)])
  await sink.close()
  expect(await readFile(path, 'utf8')).toBe(textOf([record(1), record(2)]))
  expect(await readFile(`${path}.checkpoints`, 'utf8')).toBe(checkpoint.text)
  for (const file of [path, `${path}.checkpoints`]) expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('what a killed process left of a line gets its end, and what was there stays', async () => {
  await using folder = await openFolder()
  await writeFile(folder.path, `${record(1).text}{"n":2,"x`)
  await writeFile(`${folder.path}.checkpoints`, '{"check')
  const sink = await folder.openSink()
  await sink.write([record(3), checkpoint])
  await sink.close()
  expect(await folder.text()).toBe(`${record(1).text}{"n":2,"x\n${record(3).text}`)
  expect(await folder.text('audit.jsonl.checkpoints')).toBe(`{"check\n${checkpoint.text}`)
})

test('a file that is large enough is put aside between two lines, and the newest are kept', async () => {
  let time = Date.parse('2026-01-01T00:00:00.000Z')
  await using folder = await openFolder({ maxBytes: 100, keep: 2, now: () => time })
  const sink = await folder.openSink()
  await writeFile(join(folder.folder, 'audit.jsonl.old'), 'not ours')
  for (let n = 0; n < 8; n++) {
    // Two at the same time, too.
    if (n % 4 === 0) time += 1_000
    await sink.write([record(n, 50), checkpoint])
  }
  await sink.close()
  expect(await folder.names()).toEqual([
    'audit.jsonl',
    'audit.jsonl.20260101T000002000Z',
    'audit.jsonl.20260101T000002000Z.checkpoints',
    'audit.jsonl.20260101T000002001Z',
    'audit.jsonl.20260101T000002001Z.checkpoints',
    'audit.jsonl.checkpoints',
    'audit.jsonl.old',
  ])
  expect(await folder.text('audit.jsonl.20260101T000002000Z')).toBe(textOf([record(2, 50), record(3, 50)]))
  expect(await folder.text('audit.jsonl.20260101T000002001Z')).toBe(textOf([record(4, 50), record(5, 50)]))
  expect(await folder.text()).toBe(textOf([record(6, 50), record(7, 50)]))
  expect(await folder.text('audit.jsonl.checkpoints')).toBe(checkpoint.text.repeat(2))
  expect(folder.faults).toEqual([])
})

test('after a clock went back, also over a start, what is put aside is still the newest, and is kept', async () => {
  let time = Date.parse('2026-11-27T12:00:00.000Z')
  await using folder = await openFolder({ maxBytes: 10, keep: 2, now: () => time })
  for (let n = 1; n <= 6; n++) {
    time += n === 5 ? -3_600_000 : 1_000
    const sink = await folder.openSink()
    await sink.write([record(n)])
    await sink.close()
  }
  const recordFiles = async () => (await folder.names()).filter((name) => !name.endsWith('.checkpoints'))
  const names = await recordFiles()
  expect(await Promise.all(names.map((name) => folder.text(name)))).toEqual(
    [6, 4, 5].map((n) => record(n).text),
  )
  expect(names.slice(1)).toEqual(['audit.jsonl.20261127T120004001Z', 'audit.jsonl.20261127T120004002Z'])
  // One that somebody has compressed counts, too, and is not ours to remove.
  await rename(`${folder.path}.20261127T120004002Z`, `${folder.path}.20261127T120004002Z.gz`)
  const sink = await folder.openSink()
  await sink.write([record(7)])
  await sink.close()
  expect((await recordFiles()).slice(1)).toEqual([
    'audit.jsonl.20261127T120004001Z',
    'audit.jsonl.20261127T120004002Z.gz',
    'audit.jsonl.20261127T120004003Z',
  ])
})

test('a file of another day is put aside, also where the process was started anew', async () => {
  let time = Date.now()
  await using folder = await openFolder({ daily: true, now: () => time })
  const first = await folder.openSink()
  await first.write([record(1)])
  await first.close()
  time += 24 * 3_600_000
  const sink = await folder.openSink()
  await sink.write([record(2)])
  await sink.write([record(3)])
  await sink.close()
  expect((await folder.names()).filter((name) => /Z$/.test(name))).toHaveLength(1)
  expect(await folder.text()).toBe(textOf([record(2), record(3)]))
})

test('a file that cannot be put aside is written on, and that is told', async () => {
  await using folder = await openFolder({ maxBytes: 1 })
  const sink = await folder.openSink({ path: join(folder.folder, 'gone', 'audit.jsonl') })
  await sink.write([record(1)])
  await rm(join(folder.folder, 'gone'), { recursive: true })
  await sink.write([record(2)])
  expect(folder.faults).toEqual(['the audit file cannot be put aside'])
  await sink.close()
})

test('a file that somebody moved (logrotate) is left for a new one', async () => {
  await using folder = await openFolder()
  const sink = await folder.openSink()
  await sink.write([record(1)])
  await rename(folder.path, `${folder.path}.1`)
  let n = 1
  await vi.waitFor(async () => {
    await sink.write([record(++n)])
    expect(await folder.names()).toContain('audit.jsonl')
  }, 5_000)
  await sink.close()
  const all = Array.from({ length: n }, (_, i) => record(i + 1))
  expect((await folder.text('audit.jsonl.1')) + (await folder.text())).toBe(textOf(all))
})

test('a disk that fills up inside of a line: nothing is lost or doubled when there is room again', async () => {
  await using folder = await openFolder()
  const sink = await folder.openSink()
  const lines = [record(1, 100), checkpoint, record(2, 100), record(3, 100)]
  endFilesAt(150)
  for (let tries = 0; tries < 3; tries++)
    await expect(sink.write(lines)).rejects.toMatchObject({ code: 'EFBIG' })
  expect((await folder.text()).length).toBe(150)
  endFilesAt('unlimited')
  await sink.write(lines)
  await sink.write([record(4)])
  await sink.close()
  expect(await folder.text()).toBe(textOf([record(1, 100), record(2, 100), record(3, 100), record(4)]))
  expect(await folder.text('audit.jsonl.checkpoints')).toBe(checkpoint.text)
})

test('only the checkpoints have no room: their records are not written twice', async () => {
  await using folder = await openFolder()
  await writeFile(`${folder.path}.checkpoints`, checkpoint.text.repeat(20))
  const sink = await folder.openSink()
  endFilesAt(200)
  await expect(sink.write([record(1), checkpoint])).rejects.toMatchObject({ code: 'EFBIG' })
  endFilesAt('unlimited')
  await sink.write([record(1), checkpoint])
  await sink.close()
  expect(await folder.text()).toBe(record(1).text)
  expect(await folder.text('audit.jsonl.checkpoints')).toBe(checkpoint.text.repeat(21))
})

test.for<[string, (path: string) => Promise<void>, string]>([
  ['the file was moved', (path) => rename(path, `${path}.moved`), ''],
  [
    'another process wrote behind it',
    (path) => appendFile(path, 'another\n'),
    `${textOf([record(1, 100), record(2, 100)]).slice(0, 150)}another\n`,
  ],
  [
    'another process began a line behind it',
    (path) => appendFile(path, 'anoth'),
    `${textOf([record(1, 100), record(2, 100)]).slice(0, 150)}anoth\n`,
  ],
])('a line that was begun is written whole when %s', async ([, disturb, before]) => {
  await using folder = await openFolder()
  const sink = await folder.openSink()
  endFilesAt(150)
  await expect(sink.write([record(1, 100), record(2, 100)])).rejects.toMatchObject({ code: 'EFBIG' })
  endFilesAt('unlimited')
  await disturb(folder.path)
  await sink.write([record(1, 100), record(2, 100)])
  await sink.close()
  expect(await folder.text()).toBe(`${before}${record(2, 100).text}`)
})

test('a pipe gets everything in line, and no file stands beside it', async () => {
  await using folder = await openFolder({ maxBytes: 1 })
  await promisify(execFile)('mkfifo', [folder.path])
  await using reader = await open(folder.path, constants.O_RDONLY | constants.O_NONBLOCK)
  const sink = await folder.openSink()
  await sink.write([record(1), checkpoint])
  await sink.write([record(2)])
  const { buffer, bytesRead } = await reader.read()
  expect(buffer.subarray(0, bytesRead).toString()).toBe(textOf([record(1), checkpoint, record(2)]))
  await sink.close()
  expect(await folder.names()).toEqual(['audit.jsonl'])
})

test('a place where no file can be is a fault at once', async () => {
  await using folder = await openFolder()
  await expect(folder.openSink({ path: folder.folder })).rejects.toMatchObject({ code: 'EISDIR' })
  await expect(folder.openSink({ path: '/dev/null/audit.jsonl' })).rejects.toMatchObject({ syscall: 'mkdir' })
})
