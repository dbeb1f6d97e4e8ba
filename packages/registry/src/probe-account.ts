import {
  type Account,
  externalIdDigest,
  type ProbedRole,
  type ProbeResult,
  type Tenant,
  type Verification,
} from '@gateway/domain'
import { rolesOf, type TenantSource } from './in-force.ts'

/** Verifies one role, by its next external id if AWS takes it; and that AWS refuses the one before a rotation. */
export type VerifyRole = (
  probed: ProbedRole,
  options: { readonly retiredExternalId?: string },
) => Promise<Verification>

export interface ProbedAccount {
  readonly verifications: readonly Verification[]
  /** AWS takes the next external id for every role, and that is what was verified: the account moves on to it. */
  readonly takesNext: boolean
  /** AWS refuses the retired external id for every role: it can be forgotten. */
  readonly refusesRetired: boolean
}

export interface AccountToProbe {
  readonly tenant: Tenant
  readonly account: Account
  readonly source: TenantSource
  readonly retiredExternalId: string | undefined
}

/** Probes every role of an account at once, with the next external id first where there is one. */
export const probeAccount = async (
  target: AccountToProbe,
  verifyRole: VerifyRole,
): Promise<ProbedAccount> => {
  const { tenant, account, source, retiredExternalId } = target
  const options = retiredExternalId === undefined ? {} : { retiredExternalId }
  const roles = rolesOf(account)
  const verifications = await Promise.all(
    roles.map(({ name, role }) => verifyRole({ tenant, account, roleName: name, role }, options)),
  )
  const takesNext = (each: Verification, i: number): boolean => {
    const next = roles[i]?.role.nextExternalId
    return (
      next !== undefined && each.status === 'accepted' && each.externalIdDigest === externalIdDigest(next)
    )
  }
  if (source === 'store' && roles.length > 0 && verifications.every(takesNext)) {
    return { verifications: verifications.map(moved), takesNext: true, refusesRetired: false }
  }
  return {
    verifications: verifications.map((each, i) => (takesNext(each, i) ? waiting(each, source) : each)),
    takesNext: false,
    refusesRetired: retiredExternalId !== undefined && roles.length > 0 && verifications.every(refusesOld),
  }
}

const refusesOld = ({ probes }: Verification): boolean =>
  probes.some(({ probe, outcome }) => probe === 'P7' && outcome === 'passed')

/** The verification of a role whose external id is the next one from now on. */
const moved = (verification: Verification): Verification =>
  withP7(verification, {
    probe: 'P7',
    outcome: 'warning',
    message:
      'The next external id is the one in use from now on. Install the template again, which names it alone, then verify: AWS must refuse the old one.',
  })

/** The verification of a role that could move on to its next external id, with what it waits for. */
const waiting = (verification: Verification, source: TenantSource): Verification => {
  const message =
    source === 'file'
      ? 'Not tried: AWS takes the next external id; make it externalId in the tenants file, and take nextExternalId out.'
      : 'Not tried: AWS takes the next external id for this role, but not yet for every role of the account.'
  return withP7(verification, { probe: 'P7', outcome: 'skipped', message })
}

const withP7 = (verification: Verification, result: ProbeResult): Verification => ({
  ...verification,
  probes: [...verification.probes.filter(({ probe }) => probe !== 'P7'), result],
})
