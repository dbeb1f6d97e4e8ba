import { createHash } from 'node:crypto'
import { externalIdDigest } from '@gateway/domain'
import { rolesOf } from './in-force.ts'
import { decisionOf, type KeptVerification } from './kept-verification.ts'
import type { TenantRecord } from './tenant-records.ts'

/**
 * Aliases of the accounts whose roles are to be verified at `now` (ms): verified a day ago, or not to be told and some
 * time ago. A role of the store that never was, is verified when an operator says that it is there; one of the file at
 * once. `suspects` are role ARNs that AWS has just refused.
 */
export const dueAccounts = (
  { tenant, kept, source }: TenantRecord,
  now: number,
  suspects?: ReadonlySet<string>,
): readonly string[] => {
  if (tenant.status !== 'active') return []
  return tenant.accounts
    .filter((account) =>
      rolesOf(account).some(({ role }) => {
        const before = kept.get(role.roleArn)
        if (!before) return source === 'file'
        const age = now - Date.parse(before.last.at)
        if (suspects) return suspects.has(role.roleArn) && !(age < suspectMs)
        const digests = [role.externalId, role.nextExternalId ?? role.externalId].map(externalIdDigest)
        const ofAnother = !digests.includes(decisionOf(before).externalIdDigest)
        if (ofAnother && source === 'file' && before.unknowns === 0) return true
        return !(age < intervalOf(role.roleArn, before))
      }),
    )
    .map(({ alias }) => alias)
}

const hour = 3_600_000

/** A role that many calls find refused is not probed for each of them. */
const suspectMs = hour / 12

/** Earlier by up to four hours, by the role, so that what began together does not stay together. */
const intervalOf = (roleArn: string, { unknowns }: KeptVerification): number => {
  if (unknowns > 0) return Math.min((hour / 4) * 2 ** Math.min(unknowns - 1, 10), 24 * hour)
  const share = createHash('sha256').update(roleArn).digest().readUInt16BE() / 0x1_0000
  return (24 - 4 * share) * hour
}
