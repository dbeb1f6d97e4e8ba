import { createHash, createHmac, createSecretKey } from 'node:crypto'
import { canonicalJson } from './cursor.ts'
import type { Tenant } from './tenant.ts'

/** What stands in the audit log for texts that must not be in it. */
export interface AuditDigests {
  /** HMAC-SHA-256 in base64url: equal for equal texts of one tenant, and for those alone. */
  of(tenantId: string, text: string): string
  /** Start of a SHA-256 of the rules of a tenant, in hexadecimal: another one after each change of them. */
  rulesOf(tenant: Tenant): string
}

/** Digests under a key that no reader of the log has, so that short texts cannot be found by trying. */
export const auditDigests = (key: Uint8Array): AuditDigests => {
  // Made once: Node makes one of every buffer that it is given as a key, which takes longer than the digest.
  const secret = createSecretKey(key)
  // A tenant that changes is another object.
  const rules = new WeakMap<Tenant, string>()
  return {
    of: (tenantId, text) =>
      createHmac('sha256', secret).update(`digest\n${tenantId}\n${text}`).digest('base64url'),
    rulesOf(tenant) {
      const known = rules.get(tenant)
      if (known !== undefined) return known
      const { permissions, confirmation, costControl, limits, budget, operations } = tenant
      const text = canonicalJson({ permissions, confirmation, costControl, limits, budget, operations })
      const version = createHash('sha256').update(text).digest('hex').slice(0, 16)
      rules.set(tenant, version)
      return version
    },
  }
}
