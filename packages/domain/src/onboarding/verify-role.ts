import { createHash } from 'node:crypto'
import { explain } from './probe-messages.ts'
import type { ProbeAnswer, ProbedRole, ProbedSession, RoleProber } from './role-prober.ts'
import { sessionProbes } from './session-probes.ts'
import type { ProbeResult, Verification } from './verification.ts'

/** SHA-256 in hex of an external id: what a verification says of it. */
export const externalIdDigest = (externalId: string): string =>
  createHash('sha256').update(externalId).digest('hex')

export interface VerifyOptions {
  /** Milliseconds since the epoch. */
  now(): number
  /** A random external id of the shape of every other one, which no role trusts. */
  newExternalId(): string
  /** The one before a rotation, which must not open the role any more. */
  readonly retiredExternalId?: string
}

/**
 * Tries a role out by probes P1-P7, one after the other. While its external id is replaced, the next one is what is
 * verified; where AWS does not take it yet, the one in force is, so that a rotation cuts nobody off: the digest is that of
 * the next one only if that was accepted. No message has an external id or an ARN. Rejects only if the prober does.
 */
export const verifyRole = async (
  prober: RoleProber,
  probed: ProbedRole,
  options: VerifyOptions,
): Promise<Verification> => {
  const { role } = probed
  const at = new Date(options.now()).toISOString()
  const which = role.nextExternalId === undefined ? 'the' : 'the next'
  const first = await withId(prober, probed, options, {
    externalId: role.nextExternalId ?? role.externalId,
    which,
  })
  const notYet = role.nextExternalId !== undefined && first.opening.outcome === 'denied'
  const found = notYet
    ? await withId(prober, probed, options, {
        externalId: role.externalId,
        which: 'the old',
        nextIsRefused: true,
      })
    : first
  const status = statusOf(found.probes)
  // What is wrong with a role is so whichever id opened it, and has to stop the calls that use the one in force.
  const verified = status === 'accepted' ? found.externalId : role.externalId
  return {
    status,
    roleName: probed.roleName,
    roleArn: role.roleArn,
    externalIdDigest: externalIdDigest(verified),
    at,
    probes: found.probes,
  }
}

/** The external id that is tried, and how messages call it. */
interface TriedId {
  readonly externalId: string
  readonly which: string
  readonly nextIsRefused?: boolean
}

const withId = async (prober: RoleProber, probed: ProbedRole, options: VerifyOptions, tried: TriedId) => {
  const { externalId, which } = tried
  const attempt = (id: string | undefined, attributed: boolean): Promise<ProbeAnswer> =>
    prober.assume(probed, { ...(id !== undefined && { externalId: id }), attributed })

  const opening = await attempt(externalId, false)
  const p1 = tried.nextIsRefused ? afterRefusal(opening) : explain.P1(opening, which)
  if (opening.outcome !== 'assumed') {
    const others = (['P2', 'P3', 'P4', 'P5', 'P6', 'P7'] as const).map((probe) =>
      explain.skipped(probe, 'P1'),
    )
    return { externalId, opening, probes: [p1, ...others] }
  }
  const without = await attempt(undefined, false)
  // A role that asks for no id takes any; that it takes another one then says nothing more.
  const p3 =
    without.outcome === 'assumed'
      ? explain.skipped('P3', 'P2')
      : explain.P3(await attempt(options.newExternalId(), false))
  const attributed = await attempt(externalId, true)
  const session: ProbedSession = attributed.outcome === 'assumed' ? attributed.session : opening.session
  const ofSession = await sessionProbes(session, probed)
  const { retiredExternalId } = options
  const p7 =
    retiredExternalId === undefined || retiredExternalId === externalId
      ? explain.notRetired
      : explain.P7(await attempt(retiredExternalId, false))
  const probes = [p1, explain.P2(without), p3, explain.P4(attributed, which), ...ofSession, p7]
  return { externalId, opening, probes }
}

const afterRefusal = (opening: ProbeAnswer): ProbeResult =>
  opening.outcome === 'assumed' ? explain.nextRefused : explain.P1(opening, 'the next, then with the old')

/** P6 and P7 never reject: what they find is worth a warning, not an outage. */
const deciding: ReadonlySet<ProbeResult['probe']> = new Set(['P1', 'P2', 'P3', 'P4', 'P5'])

const statusOf = (probes: readonly ProbeResult[]): Verification['status'] => {
  const outcomes = probes.filter(({ probe }) => deciding.has(probe)).map(({ outcome }) => outcome)
  if (outcomes.includes('failed')) return 'rejected'
  return outcomes.includes('unknown') ? 'unknown' : 'accepted'
}
