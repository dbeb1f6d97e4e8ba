import { z } from 'zod'
import { scopes } from './principal.ts'

const scope = z.enum(scopes)
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' })

/** OpenID Connect as the authorization server speaks it with the company's SSO. */
const signInMembers = {
  /** Client that the company's SSO knows the authorization server as; without it nobody signs in through a browser. */
  clientId: z.string().min(1).max(255).optional(),
  /** Name of the environment variable, or with `_FILE` of the file, that holds the client's secret; absent: a public client. */
  clientSecretRef: z
    .string()
    .regex(/^SSO_SECRET_[A-Z0-9_]{1,64}$/, 'must be a name such as SSO_SECRET_ACME, never the secret itself')
    .optional(),
  /** Where the issuer's metadata is, if not below its own name (OpenID Connect Discovery 1.0 section 4). */
  metadataUrl: url.optional(),
  signInScopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/))
    .min(1)
    .default(['openid', 'profile', 'email']),
  /** Domains of e-mail addresses by which people find their company's sign-in; they decide nothing else. */
  emailDomains: z
    .array(
      z
        .string()
        .regex(
          /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/,
          'must be a lower-case domain such as acme.example',
        ),
    )
    .max(100)
    .default([]),
  /** Claim that names a person for good; `oid` with Entra ID, whose `sub` differs from client to client. */
  subjectClaim: z.string().min(1).default('sub'),
  /** Whether the issuer's ID-JAG assertions are exchanged for access tokens. */
  idJag: z.boolean().default(false),
}

/** One sign-in of a company, as the tenants file says it. */
export const connection = z.strictObject({
  issuer: z.string().min(1),
  jwksUri: url,
  algorithms: z.array(z.enum(['RS256', 'PS256', 'ES256', 'EdDSA'])).min(1),
  ...signInMembers,
  /** Whether access tokens of this issuer are taken as they are, without the authorization server. */
  directTokens: z.boolean().default(false),
  typ: z
    .array(z.enum(['at+jwt', 'JWT']))
    .min(1)
    .default(['at+jwt']),
  /** Absent means: the gateway's own canonical resource, and nothing else. */
  allowedAudiences: z.array(z.string().min(1)).min(1).optional(),
  allowedClients: z.array(z.string().min(1)).default([]),
  clientClaim: z.string().min(1).default('client_id'),
  scopeClaim: z.string().min(1).default('scope'),
  groupClaim: z.string().min(1).default('groups'),
  /** When present, a scope counts only if one of the caller's groups maps to it. */
  groupToScope: z.record(z.string(), z.array(scope)).optional(),
  allowedScopes: z
    .array(scope)
    .min(1)
    .default([...scopes]),
  maxTokenLifeSeconds: z.int().min(60).max(7200).default(3600),
  /** Claims that must have exactly these values, for issuers that serve several companies. */
  pins: z.record(z.string(), z.string().min(1)).default({}),
})

export type Connection = z.infer<typeof connection>
