import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { scopes } from './principal.ts'

/** It begins with the tenant's id and a dot, so that no two tenants can have the same one and everybody sees whose it is. */
const clientId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,31}\.[A-Za-z0-9][A-Za-z0-9._~-]{0,95}$/,
    "must be the tenant's id, a dot and 1-96 of letters, digits and ._~-",
  )

/** A public key of a client: no certificate and no private key. */
const publicKey = z
  .string()
  .max(4_096)
  .refine(isStrongKey, 'must be a public key in PEM (BEGIN PUBLIC KEY): RSA of 2,048-8,192 bits or P-256')

/** How a client proves who it is (RFC 7523 section 2.2): keys that stand here, or where they are published. */
const keyMembers = {
  /** Read by the rules of strangers' URLs: a public name, the port of https. Keys of a private network belong into `publicKeys`. */
  jwksUri: z
    .url({ protocol: /^https$/, error: 'must be an https URL' })
    .max(512)
    .optional(),
  /** Known by their thumbprint (RFC 7638), for clients that name a `kid`. */
  publicKeys: z.array(publicKey).min(1).max(5).optional(),
}

/** A program of the tenant that gets tokens for itself (RFC 6749 section 4.4), without a person. */
export const machineClient = z.strictObject({
  clientId,
  ...keyMembers,
  /** What its tokens may be for. */
  scopes: z.array(z.enum(scopes)).min(1),
  /** Groups that it counts as a member of, where roles ask for them. */
  groups: z.array(z.string().min(1)).max(100).default([]),
})

/** A host whose `client_id` the tenant's people enter by hand; without keys, a public client. */
export const preRegisteredClient = z.strictObject({
  clientId,
  name: z.string().min(1).max(100),
  redirectUris: z.array(z.string().min(1).max(512)).min(1).max(10),
  ...keyMembers,
})

function isStrongKey(pem: string): boolean {
  if (!/^\s*-----BEGIN PUBLIC KEY-----/.test(pem)) return false
  try {
    const { asymmetricKeyType, asymmetricKeyDetails = {} } = createPublicKey(pem)
    const { modulusLength = 0, namedCurve } = asymmetricKeyDetails
    if (asymmetricKeyType === 'rsa') return modulusLength >= 2_048 && modulusLength <= 8_192
    return asymmetricKeyType === 'ec' && namedCurve === 'prime256v1'
  } catch {
    return false
  }
}
