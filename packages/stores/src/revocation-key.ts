import { type Revocation, type RevocationSubject, tenantKey } from '@gateway/domain'

/** Where a tenant's revocations say that they are those they always were. */
export const sentinelKey = (tenantId: string): string => tenantKey(tenantId, 'revocations')

/** The epochs that a subject's tokens may be older than. */
export const epochKeys = ({ tenantId, userId, clientId }: RevocationSubject): readonly string[] => [
  tenantKey(tenantId, 'epoch', 'tenant'),
  tenantKey(tenantId, 'epoch', 'user', userId),
  tenantKey(tenantId, 'epoch', 'client', clientId),
]

/** The entries of the denylist that a subject may be in. */
export const denyKeys = ({ tenantId, tokenId, grantId }: RevocationSubject): readonly string[] => [
  ...(tokenId === undefined ? [] : [tenantKey(tenantId, 'deny', 'jti', tokenId)]),
  ...(grantId === undefined ? [] : [tenantKey(tenantId, 'deny', 'grant', grantId)]),
]

/** What a revocation writes, and for how many milliseconds. */
export const revocationKey = (
  revocation: Revocation,
): { readonly key: string; readonly kind: 'deny' | 'epoch'; readonly life: number } => {
  const { tenantId, kind } = revocation
  switch (kind) {
    case 'tenant':
      return { key: tenantKey(tenantId, 'epoch', 'tenant'), kind: 'epoch', life: epochLife }
    case 'user':
    case 'client':
      return { key: tenantKey(tenantId, 'epoch', kind, revocation.id), kind: 'epoch', life: epochLife }
    case 'token':
    case 'grant': {
      const key = tenantKey(tenantId, 'deny', kind === 'token' ? 'jti' : 'grant', revocation.id)
      return { key, kind: 'deny', life: Math.max(1, Math.ceil(revocation.ttlSeconds * 1000)) }
    }
  }
}

/** Far longer than any token that could be older than an epoch, and than any grant (30 days) that could make new ones. */
const epochLife = 31 * 86_400_000
