import { type Operation, onboardingOf, type Tenant, verifyRole } from '@gateway/domain'
import { createAccountVerifier } from '../account-verifier.ts'
import { createTenantAdmin } from '../create-tenant-admin.ts'
import type { TenantCheck } from '../read-tenants.ts'
import type { Operator } from '../tenant-admin.ts'
import { createTenantDirectory } from '../tenant-directory.ts'
import { createTenantRecords } from '../tenant-records.ts'
import { tellingFaults } from './faults.ts'
import { memoryTenants, type TestStore } from './memory-tenants.ts'
import { tenantsFileOf } from './tenants-file-of.ts'
import { testAudit } from './test-audit.ts'
import { trustingRoles } from './trusting-roles.ts'

export const operator: Operator = {
  issuer: 'https://sso.example/operators',
  subject: 'olga',
  requestId: 'request-1',
  sourceIp: '192.0.2.1',
}

/** An administration over a store in memory, a file of `tenants` and roles that the test makes trust. */
export const administration = async ({
  tenants = [],
  store = memoryTenants(),
  check = () => [],
}: {
  tenants?: readonly Tenant[]
  store?: TestStore
  check?: TenantCheck
} = {}) => {
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') }
  const now = () => clock.now
  const { told, onFault } = tellingFaults()
  const file = tenantsFileOf(...tenants)
  const audit = testAudit()
  const roles = trustingRoles()
  const records = createTenantRecords({ store, file })
  const { prober } = roles
  const newExternalId = () => 'which-no-role-trusts'
  const verifier = createAccountVerifier({
    store,
    records,
    verifyRole: (probed, retired) => verifyRole(prober, probed, { now, newExternalId, ...retired }),
    audit,
    now,
    onFault,
  })
  let made = 0
  const admin = createTenantAdmin({
    store,
    file,
    records,
    verifier,
    audit,
    check,
    onboardingOf: (tenant, account) => onboardingOf({ tenant, account, operations, gatewayPrincipalArn }),
    gatewayPrincipalArn,
    now,
    newExternalId: () => `made-here-${++made}`,
  })
  const directory = await createTenantDirectory({ store, file, check, now, onFault })
  const end = () => directory.close()
  return {
    admin,
    audit,
    clock,
    directory,
    file,
    records,
    roles,
    store,
    told,
    verifier,
    [Symbol.dispose]: end,
  }
}

const gatewayPrincipalArn = 'arn:aws:iam::999999999999:role/mcp-gateway-service'

const operations: readonly Operation[] = [
  { access: 'read', iamActions: ['s3:ListBucket'] },
  { access: 'write', iamActions: ['s3:PutObject'] },
]

/** An account as operators send it. */
export const accountInput = (accountId: string, changes: Record<string, unknown> = {}) => ({
  alias: 'main',
  accountId,
  defaultRegion: 'eu-west-1',
  roles: { read: {} },
  ...changes,
})
