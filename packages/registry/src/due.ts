import { createHash } from 'node:crypto'
import { digestsOf, rolesOf } from './in-force.ts'
import { decisionOf, type KeptVerification } from './kept-verification.ts'
import type { TenantRecord } from './tenant-records.ts'

/**
 * Aliases of the accounts whose roles are to be verified at `now` (ms): verified a day ago, or not to be told or rejected
 * and some time ago. One of the store that was never verified, or rejected and never accepted, waits for an operator to say
 * that it is there; one of the file is verified at once. `suspects` are role ARNs that AWS has just refused.
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
        if (suspects) {
          const enough = before.rejections > 0 ? intervalOf(role.roleArn, before) : suspectMs
          return suspects.has(role.roleArn) && !(age < enough)
        }
        if (source === 'store' && before.last.status === 'rejected' && !wasAccepted(before)) return false
        const ofAnother = !digestsOf(role).has(decisionOf(before).externalIdDigest)
        if (ofAnother && source === 'file' && before.unknowns === 0) return true
        return !(age < intervalOf(role.roleArn, before))
      }),
    )
    .map(({ alias }) => alias)
}

const hour = 3_600_000

const wasAccepted = (before: KeptVerification): boolean =>
  before.everAccepted || decisionOf(before).status === 'accepted'

/** A role that many calls find refused is not probed for each of them. */
const suspectMs = hour / 12

/**
 * What was rejected is tried soon, and less and less often: mended roles and a mended gateway are not to wait for a day.
 * Anything else a day later, or earlier by up to four hours, by the role, so that what began together does not stay
 * together.
 */
const intervalOf = (roleArn: string, { unknowns, rejections }: KeptVerification): number => {
  const most = (rejections > 0 ? 6 : 24) * hour
  if (unknowns > 0) return Math.min((hour / 4) * 2 ** Math.min(unknowns - 1, 10), most)
  if (rejections > 0) return Math.min(suspectMs * 2 ** Math.min(rejections - 1, 10), most)
  const share = createHash('sha256').update(roleArn).digest().readUInt16BE() / 0x1_0000
  return (24 - 4 * share) * hour
}
