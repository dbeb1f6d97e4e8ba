import type { Role, RoleName, TenantStore, Verification } from '@gateway/domain'
import { blockedBy, digestsOf, rolesOf } from './in-force.ts'
import { decisionOf, type KeptVerification as Kept, keepVerification } from './kept-verification.ts'
import { accountIn, changedMeanwhile, type Located } from './located-account.ts'
import type { OnFault } from './on-fault.ts'
import { reach } from './reach-store.ts'
import type { TenantRecords } from './tenant-records.ts'

/** Keeps what was found of the roles of an account, where it is still news. */
export type KeepFound = (
  tenantId: string,
  located: Located,
  verifications: readonly Verification[],
) => Promise<void>

export interface KeepFoundOptions {
  readonly store: Pick<TenantStore, 'verified'>
  readonly records: TenantRecords
  readonly onFault: OnFault
}

/** Rejects with `not_found` or `conflict` where the account has other roles or ids by now, and with `unavailable`. */
export const createKeepFound = ({ store, records, onFault }: KeepFoundOptions): KeepFound => {
  /** Once for a role that only refuses us, and once where it is blocked. */
  const alarm = (which: Readonly<Record<string, string>>, before: Kept | undefined, after: Kept): void => {
    const { last, rejections } = after
    if (!before || decisionOf(before).status !== 'accepted' || last.status !== 'rejected') return
    const probes = last.probes.filter(({ outcome }) => outcome === 'failed').map(({ probe }) => probe)
    const blocked = decisionOf(after).status === 'rejected'
    if (!blocked && rejections > 1) return
    onFault(
      { alarm: blocked ? 'role_rejected' : 'role_refuses', ...which, probes },
      blocked
        ? 'a role that was accepted does not pass its verification any more, and is blocked'
        : 'a role that was accepted refuses the gateway; it is verified again soon. Where many do, look at the identity of the gateway',
    )
  }

  /** Keeps it beside what is kept by now, of the same roles and ids; unless that was found by one that began later. */
  const keepOne = async ({ tenantId, located, name, role, verification }: OneToKeep): Promise<void> => {
    const { roleArn } = role
    const { alias } = located.account
    let current = located
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { account, record } = current
      const before = record.kept.get(roleArn)
      const after = keepVerification(before, verification, digestsOf(role))
      const judged = { account, name, role, source: record.source }
      const announce = blockedBy({ ...judged, kept: before }) !== blockedBy({ ...judged, kept: after })
      const found = {
        roleArn,
        value: JSON.stringify(after),
        replaces: record.keptTexts.get(roleArn),
        announce,
      }
      const outcome = await reach(() => store.verified(tenantId, { ...found, version: record.version }))
      if (outcome === 'kept') return alarm({ tenant: tenantId, account: alias, role: name }, before, after)
      current = await accountIn(records, tenantId, alias)
      if (current.identity !== located.identity) throw changedMeanwhile()
      const others = current.record.keptTexts.get(roleArn) !== record.keptTexts.get(roleArn)
      if (others && knowsMore(current.record.kept.get(roleArn), verification)) return
    }
    throw changedMeanwhile()
  }

  return async (tenantId, located, verifications) => {
    for (const { name, role } of rolesOf(located.account)) {
      const verification = verifications.find(({ roleArn }) => roleArn === role.roleArn)
      if (verification) await keepOne({ tenantId, located, name, role, verification })
    }
  }
}

const attempts = 5

interface OneToKeep {
  readonly tenantId: string
  readonly located: Located
  readonly name: RoleName
  readonly role: Role
  readonly verification: Verification
}

/** Whether what others have kept meanwhile began later; of two that began together, a rejection counts. */
const knowsMore = (others: Kept | undefined, { at }: Verification): boolean => {
  if (!others) return false
  const later = Date.parse(others.last.at) - Date.parse(at)
  return later > 0 || (later === 0 && others.last.status === 'rejected')
}
