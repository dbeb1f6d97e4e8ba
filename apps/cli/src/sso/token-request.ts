import { z } from 'zod'
import type { Issuer } from './issuer.ts'
import { equalSecrets } from './secrets.ts'
import type { SandboxUser } from './users.ts'

/** Why a token was refused, in the words of RFC 6749 section 5.2. */
export interface TokenRefusal {
  readonly error: 'invalid_request' | 'invalid_grant'
  readonly error_description: string
}

const fields = z.object({ user: z.string(), secret: z.string().optional() })

/** The user whom a token request names, or why there is none. */
export const requestedUser = (
  issuer: Issuer,
  body: unknown,
  secret: string | undefined,
): SandboxUser | TokenRefusal => {
  const parsed = fields.safeParse(body)
  const names = issuer.users.map(({ id }) => id).join(', ')
  const user = issuer.users.find(({ id }) => id === parsed.data?.user)
  if (secret !== undefined && !equalSecrets(secret, parsed.data?.secret ?? '')) {
    return {
      error: 'invalid_grant',
      error_description: 'Send secret=... as the sandbox printed it at its start.',
    }
  }
  if (user) return user
  return {
    error: 'invalid_request',
    error_description: `Send user=NAME as a form or as JSON. Users of ${issuer.tenantId}: ${names}.`,
  }
}
