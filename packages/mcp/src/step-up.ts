import { createHash } from 'node:crypto'
import type { GatewayError } from '@gateway/domain'
import type { Exchange, McpDependencies } from './exchange.ts'
import { type Failure, fail, rpcCodes } from './rpc.ts'

/** How often one token is asked for the same scopes within ten minutes: a client that does not get them goes on asking. */
const maxPerToken = 3
const ttlSeconds = 600
/** Of one tenant; far more than people who sign in within ten minutes. */
const maxPerTenant = 100_000

/**
 * The challenge for more scopes that a refused call comes to: undefined where the client cannot be asked that way, where no
 * sign-in would help, and where its token was asked for the same too often. Rejects when nobody can count.
 */
export const challengeOf = async (
  { records, newId }: Pick<McpDependencies, 'records' | 'newId'>,
  { grant, challenges }: Pick<Exchange, 'grant' | 'challenges'>,
  refusal: GatewayError | undefined,
): Promise<Failure | undefined> => {
  const challenge = refusal?.details.stepUp
  if (!challenges || !refusal || !challenge) return undefined
  const { tenantId, id, tokenId = id } = grant.principal
  const owner = createHash('sha256')
    .update(JSON.stringify([tokenId, challenge]))
    .digest('base64url')
  const key = { tenantId, kind: 'step-up', id: newId(), owner } as const
  const counted = await records.create(key, '', { ttlSeconds, maxPerTenant, maxPerOwner: maxPerToken })
  if (counted !== 'created') return undefined
  const data = { code: refusal.code, scope: challenge.join(' ') }
  return { ...fail(rpcCodes.refused, refusal.message, data), audited: refusal.audited, challenge }
}
