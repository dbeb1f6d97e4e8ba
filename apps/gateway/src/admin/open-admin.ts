import { type AuditLog, onboardingOf, type TenantStore } from '@gateway/domain'
import { createTenantAdmin } from '@gateway/registry'
import { newExternalId, type RoleVerification } from '../role-verification.ts'
import { operations, tenantCheckOf } from '../tenant-check.ts'
import type { TenantSources } from '../tenant-sources.ts'
import { verifiedTokens } from '../verified-tokens.ts'
import type { AdminAccess } from './admin-api.ts'
import type { AdminConfig } from './admin-config.ts'
import { operatorIssuers } from './operators.ts'

/** What the admin API works on. */
export interface OpenAdminOptions {
  readonly host: string
  readonly publicUrl: string
  readonly sources: TenantSources
  readonly store: TenantStore
  readonly verification: RoleVerification
  readonly audit: AuditLog
  now(): number
}

/** Joins the operators' sign-in and what they may do with tenants. */
export const openAdmin = (config: AdminConfig, options: OpenAdminOptions): AdminAccess => {
  const { host, publicUrl, sources, store, verification, audit, now } = options
  const { group, gatewayRoleArn: gatewayPrincipalArn, templateBaseUrl } = config
  const template = { gatewayPrincipalArn, ...(templateBaseUrl !== undefined && { templateBaseUrl }) }
  const verified = verifiedTokens(now)
  return {
    group,
    verified,
    issuers: operatorIssuers(config, { now, changed: () => verified.forget() }),
    tenants: createTenantAdmin({
      store,
      ...(sources.file && { file: sources.file }),
      ...verification,
      audit,
      check: tenantCheckOf({ host, publicUrl, admin: config }),
      onboardingOf: (tenant, account) => onboardingOf({ tenant, account, operations, ...template }),
      gatewayPrincipalArn,
      now,
      newExternalId,
    }),
  }
}
