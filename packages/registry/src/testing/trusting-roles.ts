import type { ProbeAnswer, ProbedRole, RoleProber } from '@gateway/domain'

/** What a role does with an external id, or with none: takes it, refuses it, or AWS does not say. */
export type Trust = (externalId: string | undefined) => boolean | 'unknown'

export interface TrustingRoles {
  /** By role ARN; a role that is not here does not exist. */
  readonly trusts: Map<string, Trust>
  readonly prober: RoleProber
  /** ARNs in the order in which their verification began. */
  readonly verified: string[]
  /** Runs when the verification of the next role begins, once: what happens elsewhere just then. */
  meanwhile(what: () => unknown): void
}

/** Roles whose trust the test decides. */
export const trustingRoles = (): TrustingRoles => {
  const trusts = new Map<string, Trust>()
  const verified: string[] = []
  const meanwhiles: (() => unknown)[] = []
  const prober: RoleProber = {
    async assume(probed, { externalId, attributed }): Promise<ProbeAnswer> {
      const { roleArn, nextExternalId = probed.role.externalId } = probed.role
      if (externalId === nextExternalId && !attributed) {
        verified.push(roleArn)
        await meanwhiles.shift()?.()
      }
      const answer = trusts.get(roleArn)?.(externalId) ?? false
      if (answer === 'unknown') return { outcome: 'unknown', code: 'Throttling' }
      return answer
        ? { outcome: 'assumed', session: sessionOf(probed) }
        : { outcome: 'denied', code: 'AccessDenied' }
    },
  }
  return { trusts, prober, verified, meanwhile: (what) => void meanwhiles.push(what) }
}

const sessionOf = ({ account: { accountId }, role: { roleArn } }: ProbedRole) => {
  const arn = `arn:aws:sts::${accountId}:assumed-role/${roleArn.split('/').at(-1)}/probe`
  return { identity: async () => ({ accountId, arn }), mayWrite: async () => 'denied' as const }
}

/** Trust in exactly these external ids. */
export const trustIn =
  (...ids: readonly string[]): Trust =>
  (externalId) =>
    externalId !== undefined && ids.includes(externalId)
