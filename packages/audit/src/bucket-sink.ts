import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { AuditBucket } from '@gateway/domain'
import type { AuditSink } from './audit-line.ts'
import { type BucketObject, objectsOf } from './bucket-objects.ts'

const packed = promisify(gzip)

/** Where objects go. */
export interface BucketSinkOptions {
  readonly bucket: AuditBucket & { close(): void }
  /** What all keys start with, without a slash at its end. */
  readonly prefix: string
  /** 10 s unless given. */
  readonly gatherMs?: number
}

/** Puts under way at once: each tenant with a record in a write is an object of its own. */
const atOnce = 32

/**
 * A copy of the log that outlives the machine and whoever has it: what is in the bucket, nobody overwrites. No call waits for it, so
 * it lags by up to ten seconds, or less where many lines come: what a machine that dies had not copied is on its own sinks alone.
 */
export const bucketSink = ({ bucket, prefix, gatherMs = 10_000 }: BucketSinkOptions): AuditSink => {
  /** Those of the lines that came last; after a write that failed they are not put again. */
  const done = new Set<string>()
  const put = async ({ key, text }: BucketObject): Promise<void> => {
    if (done.has(key)) return
    await bucket.put(`${prefix}/${key}`, key.endsWith('.gz') ? await packed(text) : Buffer.from(text))
    done.add(key)
  }
  return {
    name: 's3',
    awaited: false,
    gatherMs,
    async write(lines) {
      const objects = objectsOf(lines)
      const isRecords = ({ key }: BucketObject) => key.endsWith('.gz')
      // A checkpoint comes after its records, or a reader would miss them.
      for (const group of [objects.filter(isRecords), objects.filter((each) => !isRecords(each))]) {
        await eachOf(group, put)
      }
      done.clear()
    },
    close: async () => bucket.close(),
  }
}

/** Runs all, some at once; rejects with the first fault when all that began have ended. */
const eachOf = async <Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> => {
  const left = [...items].reverse()
  const faults: unknown[] = []
  const work = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined && faults.length === 0; item = left.pop()) {
      await run(item).catch((fault: unknown) => faults.push(fault))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  if (faults.length > 0) throw faults[0]
}
