import { access, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { AuditLine, AuditSink } from './audit-line.ts'
import { type FileAppender, openAppender } from './file-appender.ts'

/** A file of records, and what becomes of it. */
export interface FileSinkOptions {
  readonly path: string
  /** A file that has so many bytes is put aside; never unless given. */
  readonly maxBytes?: number | undefined
  /** Whether it is put aside when a day (UTC) has ended. */
  readonly daily?: boolean | undefined
  /** Files put aside that are kept, the newest ones; all unless given. */
  readonly keep?: number | undefined
  readonly now: () => number
  /** Told when a file cannot be put aside or removed, which keeps no record from being written. */
  onFault(fields: object, message: string): void
}

const checkpointsOf = (path: string): string => `${path}.checkpoints`

/** How long it takes until a file that could not be put aside is tried again. */
const pauseMs = 60_000

/**
 * Records at the end of `path`, checkpoints in the file `.checkpoints` beside it, both readable by their owner alone. A file is put
 * aside between two lines as `path` and the time, with its checkpoints, by nothing but renaming. What is no regular file (a pipe)
 * gets everything in line, and is never put aside. Rejects if it does not open.
 */
export const openFileSink = async (options: FileSinkOptions): Promise<AuditSink> => {
  const { path, maxBytes, daily, now, onFault } = options
  const records = await openAppender(path)
  const checkpoints = records.regular ? await openAppender(checkpointsOf(path)) : undefined
  let day = dayOf(records.size() > 0 ? records.since() : now())
  let notBefore = 0
  let settled = true

  const isFull = (): boolean => {
    if (!records.regular || records.size() === 0 || now() < notBefore) return false
    return (maxBytes !== undefined && records.size() >= maxBytes) || (daily === true && dayOf(now()) !== day)
  }

  const putAside = async (): Promise<void> => {
    try {
      const aside = await freeName(path, now())
      await rename(path, aside)
      await records.reopen()
      if (checkpoints && checkpoints.size() > 0) {
        await rename(checkpointsOf(path), checkpointsOf(aside))
        await checkpoints.reopen()
      }
      day = dayOf(now())
      if (options.keep !== undefined) await removeAllBut(options.keep, path)
    } catch (err) {
      notBefore = now() + pauseMs
      onFault({ err }, 'the audit file cannot be put aside')
    }
  }

  const parts: readonly (readonly [FileAppender, (line: AuditLine) => boolean])[] = checkpoints
    ? [
        [records, ({ checkpoint }) => checkpoint === undefined],
        [checkpoints, ({ checkpoint }) => checkpoint !== undefined],
      ]
    : [[records, () => true]]

  return {
    name: 'file',
    awaited: true,
    async write(lines) {
      if (settled && isFull()) await putAside()
      settled = false
      for (const [appender, has] of parts) {
        let text = ''
        for (const line of lines) if (has(line)) text += line.text
        if (text !== '') await appender.write(Buffer.from(text))
      }
      for (const [appender] of parts) appender.settle()
      settled = true
    },
    async close() {
      await records.close()
      await checkpoints?.close()
    },
  }
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** A name with the time in it that nothing has yet, and that comes after all others: a clock may have gone back. */
const freeName = async (path: string, time: number): Promise<string> => {
  const newest = (await namesAside(path)).at(-1)
  const after = newest === undefined ? Number.NaN : timeIn(newest) + 1
  for (let at = Number.isNaN(after) ? time : Math.max(time, after); ; at++) {
    const name = `${path}.${new Date(at).toISOString().replace(/[-:.]/g, '')}`
    const taken = await access(name).then(
      () => true,
      () => false,
    )
    if (!taken) return name
  }
}

const aside = /\.(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z(\.gz)?$/

const timeIn = (name: string): number => {
  const [, year, month, day, hour, minute, second, ms] = aside.exec(name) ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`)
}

/** Names of what was put aside, the oldest first; somebody may have compressed some. */
const namesAside = async (path: string): Promise<string[]> => {
  const own = basename(path)
  const names = await readdir(dirname(path))
  return names.filter((name) => name.replace(aside, '') === own && name !== own).sort()
}

const removeAllBut = async (keep: number, path: string): Promise<void> => {
  const names = (await namesAside(path)).filter((name) => name.endsWith('Z'))
  for (const name of names.slice(0, Math.max(0, names.length - keep))) {
    const file = join(dirname(path), name)
    await rm(file)
    await rm(checkpointsOf(file), { force: true })
  }
}
