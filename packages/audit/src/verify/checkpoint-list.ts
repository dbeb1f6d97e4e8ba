import { createHash, type KeyObject, verify } from 'node:crypto'
import type { AuditCheckpoint, SignedCheckpoint } from '@gateway/domain'
import { keyThumbprint } from '../key-thumbprint.ts'
import type { AuditFault } from './audit-report.ts'

/** A checkpoint as it was found, as far as its records are compared with it. */
export interface FoundCheckpoint
  extends Pick<
    AuditCheckpoint,
    | 'ts'
    | 'first_seq'
    | 'last_seq'
    | 'last_hash'
    | 'count'
    | 'records_sha256'
    | 'prev_checkpoint_hash'
    | 'final'
  > {
  readonly keyId: string | undefined
  /** `unknown` where there is no key to tell. */
  readonly signature: 'good' | 'bad' | 'none' | 'unknown'
  readonly asWritten: boolean
  /** Hash that the next one names. */
  readonly hash: string
}

/** What is kept of a checkpoint; its signature is verified here. `text` is its canonical JSON. */
export const foundCheckpoint = (
  { checkpoint, key_id, signature }: SignedCheckpoint,
  { text, asWritten, keys }: { text: string; asWritten: boolean; keys: readonly KeyObject[] },
): FoundCheckpoint => {
  const { ts, first_seq, last_seq, last_hash, count, records_sha256, prev_checkpoint_hash, final } =
    checkpoint
  return {
    ...{ ts, first_seq, last_seq, last_hash, count, records_sha256, prev_checkpoint_hash },
    ...(final && { final }),
    keyId: key_id,
    signature: signatureOf(text, keys, key_id, signature),
    asWritten,
    hash: createHash('sha256').update(text).digest('hex'),
  }
}

const signatureOf = (
  text: string,
  keys: readonly KeyObject[],
  keyId: string | undefined,
  signature: string | undefined,
): FoundCheckpoint['signature'] => {
  if (signature === undefined) return 'none'
  if (keys.length === 0) return 'unknown'
  const bytes = Buffer.from(signature, 'base64url')
  // Several texts would mean the same bytes.
  if (bytes.length !== 64 || bytes.toString('base64url') !== signature) return 'bad'
  const isGood = keys.some(
    (key) =>
      isNameOf(key, keyId) && verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, bytes),
  )
  return isGood ? 'good' : 'bad'
}

/** A key of a file is called by its thumbprint (RFC 7638); what one of AWS KMS is called, its public part cannot tell. */
const isNameOf = (key: KeyObject, name: string | undefined): boolean =>
  name?.startsWith('arn:') === true || name === keyThumbprint(key)

/** What the first record and the first checkpoint of a chain name as the one before. */
export const nothingBefore = '0'.repeat(64)

/** What is wrong with the checkpoints of a chain among themselves, in the order in which they stand. */
export const faultsOfCheckpoints = (
  checkpoints: readonly FoundCheckpoint[],
  hasKeys: boolean,
): readonly AuditFault[] =>
  checkpoints.flatMap((each, i): AuditFault[] => {
    const { first_seq, last_seq } = each
    const [kind, text] = faultOf(each, checkpoints[i - 1], hasKeys) ?? []
    return kind && text
      ? [{ kind, first_seq, last_seq, text: `the checkpoint of ${shownTime(each.ts)} ${text}` }]
      : []
  })

type Fault = readonly [AuditFault['kind'], string]

const faultOf = (
  each: FoundCheckpoint,
  before: FoundCheckpoint | undefined,
  hasKeys: boolean,
): Fault | undefined => {
  if (each.signature === 'bad')
    return ['signature', `has a signature that none of the keys has made${by(each)}`]
  if (each.signature === 'none' && hasKeys) return ['unsigned', 'has no signature, so it proves nothing']
  if (!each.asWritten) return ['rewritten', 'is not written as the gateway writes it']
  const isEmpty = each.count === 0 && !each.final
  if (isEmpty || each.count !== each.last_seq - each.first_seq + 1)
    return ['checkpoint', 'counts other records than it names']
  if (!before) {
    const isFirst = each.prev_checkpoint_hash === nothingBefore
    return isFirst === (each.first_seq === 1)
      ? undefined
      : ['checkpoint', 'is not the first one of its chain']
  }
  if (before.final) return ['checkpoint', 'stands behind the last one of its chain']
  if (each.prev_checkpoint_hash !== before.hash) {
    return ['checkpoint', 'does not follow on the one before it: one was removed, changed, or moved']
  }
  return each.first_seq === before.last_seq + 1
    ? undefined
    : ['checkpoint', 'does not go on where the one before it ends']
}

/** Who signed it, as it says itself; names of keys are ours, so a long or strange one is not shown. */
const by = ({ keyId }: FoundCheckpoint): string =>
  keyId === undefined
    ? ''
    : /^[\w:/+=.@-]{1,200}$/.test(keyId)
      ? ` (it names ${keyId})`
      : ' (it names a strange key)'

/** A time of the log, if it is one. */
export const shownTime = (ts: string): string => (/^[\dT:.Z-]{1,40}$/.test(ts) ? ts : 'an unreadable time')
