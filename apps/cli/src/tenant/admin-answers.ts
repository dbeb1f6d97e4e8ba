import { z } from 'zod'
import { TenantFailure } from './tenant-failure.ts'

// What of the answers of the admin API is read here. A newer gateway may say more, which `--json` prints as it came.

const summary = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  source: z.string(),
  version: z.int().min(0),
})

const role = z.looseObject({
  roleArn: z.string(),
  externalId: z.string(),
  nextExternalId: z.string().optional(),
  groups: z.array(z.string()).optional(),
  scopes: z.array(z.string()).optional(),
  blocked: z.string().optional(),
})

const account = z.looseObject({
  alias: z.string(),
  accountId: z.string(),
  defaultRegion: z.string(),
  roles: z.record(z.string(), role.optional()),
})

const verification = z.looseObject({
  status: z.string(),
  roleName: z.string(),
  roleArn: z.string(),
  at: z.string(),
  probes: z.array(z.looseObject({ probe: z.string(), outcome: z.string(), message: z.string() })),
})

const connection = z.looseObject({
  issuer: z.string(),
  clientId: z.string().optional(),
  clientSecretRef: z.string().optional(),
  emailDomains: z.array(z.string()).optional(),
  idJag: z.boolean().optional(),
  directTokens: z.boolean().optional(),
  allowedClients: z.array(z.string()).optional(),
})

const view = summary.extend({
  tenant: z.looseObject({
    connections: z.array(connection),
    accounts: z.array(account),
    permissions: z.looseObject({
      allowedServices: z.array(z.string()),
      allowedRegions: z.array(z.string()),
      readOnlyMode: z.boolean(),
      permissionBoundary: z.string().optional(),
      policy: z.unknown().optional(),
    }),
    operations: z.looseObject({ maxConcurrency: z.number() }).optional(),
    budget: z.looseObject({ dailyUsd: z.number() }).optional(),
  }),
  verifications: z.array(verification),
  /** Why it is not served. */
  faults: z.array(z.string()).optional(),
})

const signingKey = z.looseObject({ kid: z.string(), state: z.string(), signsFrom: z.string() })

const stop = z.looseObject({
  id: z.string(),
  reason: z.string(),
  by: z.looseObject({ subject: z.string() }),
  since: z.string(),
})

/** Shapes of the answers of the admin API. */
export const answers = {
  page: z.looseObject({ tenants: z.array(summary), next: z.string().optional() }),
  view,
  onboarding: z.looseObject({
    tenantId: z.string(),
    account,
    gatewayPrincipalArn: z.string(),
    permissions: z.record(z.string(), z.unknown()),
    quickCreateUrl: z.string().optional(),
  }),
  verified: z.looseObject({ verifications: z.array(verification) }),
  revoked: z.looseObject({ revoked: z.looseObject({}), effectiveWithinSeconds: z.number() }),
  keys: z.looseObject({ keys: z.array(signingKey) }),
  rotated: z.looseObject({ kid: z.string(), signsFrom: z.string() }),
  stops: z.looseObject({ stops: z.array(stop) }),
  stopped: z.looseObject({ stop, effectiveWithinSeconds: z.number() }),
  resumed: z.looseObject({ resumed: z.string(), effectiveWithinSeconds: z.number() }),
}

export type SummaryAnswer = z.infer<typeof summary>
export type ConnectionAnswer = z.infer<typeof connection>
export type AccountAnswer = z.infer<typeof account>
export type ViewAnswer = z.infer<typeof view>
export type OnboardingAnswer = z.infer<typeof answers.onboarding>
export type VerificationAnswer = z.infer<typeof verification>

/** The answer `text` as `schema` reads it; throws `TenantFailure` for what no admin API says. */
export const answerOf = <T>(text: string, schema: z.ZodType<T>): T => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new TenantFailure('The answer is not JSON. Is the URL that of a gateway?')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const paths = parsed.error.issues.map(({ path }) => path.join('.') || '(root)')
  throw new TenantFailure(
    'The answer is not what this aws-mcp understands. Is the gateway of the same version?',
    { issues: paths },
  )
}
