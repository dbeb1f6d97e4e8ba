import { faultOf, principalId, type Revocation, type Tenant } from '@gateway/domain'
import { z } from 'zod'
import type { Revoked } from './access-admin.ts'
import { badInput } from './admin-input.ts'

/** What was asked to be revoked, and how a store is told. */
export interface AskedRevocation {
  readonly revoked: Revoked
  readonly revocation: Revocation
}

/** A grant ends by itself after 30 days. */
const grantSeconds = 31 * 24 * 3600
/** The longest that a token of a tenant's own identity provider may live, and time for clocks that differ. */
const tokenSeconds = 125 * 60

const shown = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'must have no control characters')

const schema = z.strictObject({
  // As `principalId` makes it.
  user: z
    .string()
    .regex(
      /^[\w-]{43}$/,
      'must be the 43 characters of user.id in audit events; else send issuer and subject',
    )
    .optional(),
  client: shown(2_048).optional(),
  grant: z
    .string()
    .regex(/^[\w-]{1,128}$/, 'must be the id of a grant, the claim gid of its tokens')
    .optional(),
  // Of longer ones the gateway knows the beginning only.
  token: shown(128).optional(),
  everybody: z.literal(true, 'must be true').optional(),
  issuer: shown(2_048).optional(),
  subject: shown(255).optional(),
})

/** The revocation that a request asks for, of one thing; throws `bad_request` with every fault by its path. */
export const askedRevocation = ({ id: tenantId, connections }: Tenant, input: unknown): AskedRevocation => {
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw badInput(parsed.error.issues.map(faultOf))
  const { user, client, grant, token, everybody, issuer, subject } = parsed.data
  const named = [user, client, grant, token, everybody, issuer ?? subject]
  if (named.filter((each) => each !== undefined).length !== 1) throw badInput([oneOf])
  const who = (id: string): AskedRevocation => ({
    revoked: { user: id },
    revocation: { tenantId, kind: 'user', id },
  })
  if (user !== undefined) return who(user)
  if (client !== undefined)
    return { revoked: { client }, revocation: { tenantId, kind: 'client', id: client } }
  if (grant !== undefined) {
    return {
      revoked: { grant },
      revocation: { tenantId, kind: 'grant', id: grant, ttlSeconds: grantSeconds },
    }
  }
  if (token !== undefined) {
    return {
      revoked: { token },
      revocation: { tenantId, kind: 'token', id: token, ttlSeconds: tokenSeconds },
    }
  }
  if (everybody) return { revoked: { everybody }, revocation: { tenantId, kind: 'tenant' } }
  if (issuer === undefined || subject === undefined) throw badInput([both])
  // A slip would end nothing, and say that it did.
  if (!connections.some((each) => each.issuer === issuer)) throw badInput([noConnection])
  return who(principalId(issuer, subject))
}

const oneOf = '(root): name exactly one of user, client, grant, token and everybody, or issuer with subject'
const both = '(root): a person is named by issuer and subject together, or by user alone'
const noConnection = 'issuer: must be that of a connection of the tenant, to the letter'
