import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { AuditCheckpoint, AuditEvent, AuditRecord } from '@gateway/domain'
import { canonicalJson } from '../canonical-json.ts'

/** Keys of a log that tests write. */
export interface WriterKeys {
  readonly hmac: Uint8Array
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** New keys. */
export const writerKeys = (): WriterKeys => ({
  hmac: Buffer.alloc(32, 7),
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
})

/** One chain as the documentation of the format says, written with nothing of what verifies it. */
export interface ChainOfTest {
  readonly tenantId?: string
  readonly instance: string
  /** Records of each checkpoint, and in the end those behind the last one. */
  readonly ranges: readonly number[]
  readonly behind?: number
  readonly isFinal?: boolean
  readonly unsigned?: boolean
}

/** Lines of records and of checkpoints. */
export const writeChain = (
  keys: WriterKeys,
  { tenantId, instance, ranges, behind = 0, isFinal = false, unsigned = false }: ChainOfTest,
): { readonly records: string[]; readonly checkpoints: string[] } => {
  const of = tenantId === undefined ? {} : { tenant_id: tenantId }
  const records: string[] = []
  let hash = '0'.repeat(64)
  const add = () => {
    const seq = records.length + 1
    const event: AuditEvent = {
      schema_version: 1,
      ts: timeOf(seq),
      event: 'tool.call',
      outcome: seq % 3 === 0 ? 'deny' : 'allow',
      request_id: `request-${seq}`,
      ...of,
      mcp: { era: 'modern', method: 'tools/call', args_redacted: { hash: 'é"\\', n: seq / 7 } },
    }
    const body = {
      ...event,
      seq,
      gateway: { instance, version: '1.2.3' },
      prev_hash: hash,
      key_id: 'k1',
    }
    hash = createHmac('sha256', keys.hmac)
      .update(`${hash}${canonicalJson(body)}`)
      .digest('hex')
    records.push(canonicalJson({ ...body, hash } satisfies AuditRecord))
  }
  let before = '0'.repeat(64)
  const { crv, kty, x, y } = keys.publicKey.export({ format: 'jwk' })
  const signer = createHash('sha256').update(canonicalJson({ crv, kty, x, y })).digest('base64url')
  const checkpoints = ranges.map((count, i) => {
    const first = records.length + 1
    for (let n = 0; n < count; n++) add()
    const checkpoint: AuditCheckpoint = {
      schema_version: 1,
      ts: timeOf(records.length),
      ...of,
      instance,
      first_seq: first,
      last_seq: records.length,
      last_hash: hash,
      count,
      records_sha256: createHash('sha256')
        .update(
          records
            .slice(first - 1)
            .map((line) => `${line}\n`)
            .join(''),
        )
        .digest('hex'),
      prev_checkpoint_hash: before,
      ...(isFinal && i === ranges.length - 1 && { final: true as const }),
    }
    const text = canonicalJson(checkpoint)
    before = createHash('sha256').update(text).digest('hex')
    if (unsigned) return canonicalJson({ checkpoint })
    const signature = sign('sha256', Buffer.from(text), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' })
    return canonicalJson({ checkpoint, key_id: signer, signature: signature.toString('base64url') })
  })
  for (let n = 0; n < behind; n++) add()
  return { records, checkpoints }
}

const timeOf = (seq: number): string => new Date(1_800_000_000_000 + seq * 100).toISOString()
