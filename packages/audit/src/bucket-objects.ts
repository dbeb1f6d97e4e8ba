import type { AuditLine } from './audit-line.ts'

/** An object before it is packed: its name after the prefix, and its lines. */
export interface BucketObject {
  readonly key: string
  readonly text: string
}

/** Most characters of lines in one object; a longer line has one of its own. */
const longest = 1024 * 1024

/**
 * The objects that lines become, records before checkpoints: `<tenant or _gateway>/<yyyy>/<mm>/<dd>/<instance>/<first>-<last>.jsonl.gz`
 * with the day of the first record, and `checkpoints/<first>-<last>.json` beside them. The same lines become the same objects, so
 * that what is written again is seen to be the same.
 */
export const objectsOf = (lines: readonly AuditLine[]): readonly BucketObject[] => {
  const parts = new Map<string, Part>()
  const records: BucketObject[] = []
  const checkpoints: BucketObject[] = []
  const end = (chain: string): void => {
    const part = parts.get(chain)
    if (part) records.push(objectOf(part))
    parts.delete(chain)
  }
  for (const line of lines) {
    const { tenantId = gateway, instance, seq, checkpoint, text } = line
    if (checkpoint) {
      const { ts, first_seq, last_seq } = checkpoint.checkpoint
      const name = `checkpoints/${numberOf(first_seq)}-${numberOf(last_seq)}.json`
      checkpoints.push({ key: `${tenantId}/${dayOf(ts)}/${instance}/${name}`, text })
    }
    if (seq === undefined) continue
    const chain = JSON.stringify([tenantId, instance])
    if ((parts.get(chain)?.length ?? 0) + text.length > longest) end(chain)
    const part = parts.get(chain) ?? { tenantId, instance, first: seq, last: seq, texts: [], length: 0 }
    parts.set(chain, part)
    part.last = seq
    part.texts.push(text)
    part.length += text.length
  }
  for (const chain of [...parts.keys()]) end(chain)
  return [...records, ...checkpoints]
}

interface Part {
  readonly tenantId: string
  readonly instance: string
  readonly first: number
  last: number
  readonly texts: string[]
  length: number
}

/** In the place of a tenant, whose ids never start so. */
const gateway = '_gateway'

const objectOf = ({ tenantId, instance, first, last, texts }: Part): BucketObject => {
  const { ts } = JSON.parse(texts[0] ?? '{}') as { readonly ts: string }
  return {
    key: `${tenantId}/${dayOf(ts)}/${instance}/${numberOf(first)}-${numberOf(last)}.jsonl.gz`,
    text: texts.join(''),
  }
}

const dayOf = (ts: string): string => ts.slice(0, 10).replaceAll('-', '/')

/** So that names sort as their numbers do. */
const numberOf = (seq: number): string => String(seq).padStart(12, '0')
