import { createHash } from 'node:crypto'
import {
  type ErrorCode,
  GatewayError,
  type Grant,
  grantOf,
  isInputNeeded,
  noInteraction,
} from '@gateway/domain'
import type { Era, McpDependencies } from '../exchange.ts'

/** A stream that wants to hear of changes, with the rights that its client has now. */
export interface Follower {
  readonly era: Era
  readonly heard: (uri: string) => void
  grant: Grant
}

/** One resource that is read again and again, for the streams of one user that have the same rights. */
export interface Watch {
  readonly uri: string
  readonly principalId: string
  readonly followers: Set<Follower>
  /** Aborts when nobody follows it any more, when what it reads is gone, and when that is final. */
  readonly ended: AbortController
  /** Of the contents that were read last. */
  digest: string | undefined
  pauseMs: number
  /** Milliseconds since the epoch. */
  due: number
  looking: boolean
}

/** What a look needs of the server. */
export interface LookDependencies
  extends Pick<McpDependencies, 'readResource' | 'renewed' | 'logOf' | 'newId' | 'now'> {
  /** Whether the resource under `uri` stays for good as `text`, which was read of it, says. */
  isFinal(grant: Grant, uri: string, text: string): boolean
}

/** What a look came to. */
export type Look =
  /** The contents are others than those of the look before. */
  | 'changed'
  /** They are the same, or nothing is known of them before. */
  | 'same'
  /** They will never be others again. */
  | 'final'
  | 'failed'
  /** There is nothing under that URI, or nothing that the caller may read. */
  | 'gone'
  /** No follower's token is good any more. */
  | 'nobody'

/**
 * Reads the resource on the line of `resources/read`: charged to the caller's limits, decided by policy, and audited like any
 * read. Remembers the digest of its contents; never rejects.
 */
export const look = async (deps: LookDependencies, watch: Watch): Promise<Look> => {
  const { uri, followers, ended } = watch
  const now = deps.now()
  const reader = [...followers].find(({ grant }) => isLive(grant, now))
  if (!reader) return 'nobody'
  const requestId = `watch-${deps.newId()}`
  const call = { era: reader.era, requestId, log: deps.logOf(requestId), interaction: noInteraction }
  watch.looking = true
  try {
    const grant = inForce(reader.grant, deps.renewed)
    const read = await deps.readResource({ ...call, grant, uri, signal: ended.signal })
    // Nobody is there to answer a question.
    if (isInputNeeded(read)) return 'failed'
    const before = watch.digest
    // The contents alone: receipts and request ids are others each time.
    watch.digest = createHash('sha256').update(JSON.stringify(read.contents)).digest('base64')
    const isFinal = read.contents.some(({ text }) => text !== undefined && deps.isFinal(grant, uri, text))
    if (isFinal) return 'final'
    return before === undefined || before === watch.digest ? 'same' : 'changed'
  } catch (thrown) {
    return thrown instanceof GatewayError && lasting.has(thrown.code) ? 'gone' : 'failed'
  } finally {
    watch.looking = false
  }
}

const isLive = ({ principal }: Grant, now: number): boolean =>
  principal.tokenExpires === undefined || principal.tokenExpires * 1000 > now

/** The grant by the tenant as it is now: ids of roles are rotated while streams stay open. */
const inForce = (grant: Grant, renewed: McpDependencies['renewed']): Grant => {
  const tenant = renewed?.(grant.tenant) ?? grant.tenant
  return tenant === grant.tenant ? grant : grantOf(grant.principal, tenant)
}

/** Refusals that the next try would get as well. */
const lasting: ReadonlySet<ErrorCode> = new Set([
  'account_not_linked',
  'insufficient_scope',
  'invalid_arguments',
  'no_role',
  'read_only',
  'region_not_allowed',
  'secret_not_allowed',
  'service_not_allowed',
  'tenant_suspended',
  'unknown_operation',
  'unknown_operation_id',
  'unknown_resource',
])
