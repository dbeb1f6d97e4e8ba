import { forgetAccount, type SigningKeys } from '@gateway/authorization'
import {
  type AuditLog,
  type OAuthStore,
  onboardingOf,
  type RevocationStore,
  type StopStore,
  type TenantStore,
} from '@gateway/domain'
import { createAccessAdmin, createStopAdmin, createTenantAdmin } from '@gateway/registry'
import { tools } from '@gateway/tools'
import { newExternalId, type RoleVerification } from '../role-verification.ts'
import { operations } from '../tenant-check.ts'
import type { TenantSources } from '../tenant-sources.ts'
import { verifiedTokens } from '../verified-tokens.ts'
import type { AdminAccess } from './admin-api.ts'
import { type AdminConfig, adminAudience } from './admin-config.ts'
import { operatorIssuers } from './operators.ts'

/** What the admin API works on. */
export interface OpenAdminOptions {
  readonly publicUrl: string
  readonly sources: TenantSources
  readonly store: TenantStore
  readonly verification: RoleVerification
  readonly revocations: RevocationStore
  readonly stops: StopStore
  /** What the authorization server keeps and signs with; absent where there is none. */
  readonly oauth?: OAuthStore | undefined
  readonly keys?: SigningKeys | undefined
  readonly audit: AuditLog
  now(): number
}

/** Joins the operators' sign-in and what they may do with tenants. */
export const openAdmin = (config: AdminConfig, options: OpenAdminOptions): AdminAccess => {
  const { publicUrl, sources, store, verification, audit, now } = options
  const { revocations, stops, oauth, keys } = options
  const { group, gatewayRoleArn: gatewayPrincipalArn, templateBaseUrl } = config
  const template = { gatewayPrincipalArn, ...(templateBaseUrl !== undefined && { templateBaseUrl }) }
  const verified = verifiedTokens(now)
  return {
    group,
    verified,
    issuers: operatorIssuers(config, {
      resource: adminAudience(publicUrl),
      now,
      changed: () => verified.forget(),
    }),
    tenants: createTenantAdmin({
      store,
      ...(sources.file && { file: sources.file }),
      ...verification,
      audit,
      check: sources.check,
      onboardingOf: (tenant, account) => onboardingOf({ tenant, account, operations, ...template }),
      gatewayPrincipalArn,
      now,
      newExternalId,
    }),
    access: createAccessAdmin({
      records: verification.records,
      revocations,
      authorization: oauth && keys && { keys, forgetAccount: (account) => forgetAccount(oauth, account) },
      audit,
      now,
    }),
    stops: createStopAdmin({
      store: stops,
      records: verification.records,
      tools: tools.map(({ name }) => name),
      audit,
      now,
    }),
  }
}
