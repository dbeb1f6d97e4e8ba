import type { Verification } from '@gateway/domain'
import { z } from 'zod'

const verification = z.object({
  status: z.enum(['accepted', 'rejected', 'unknown']),
  roleName: z.enum(['read', 'write', 'admin']),
  roleArn: z.string(),
  externalIdDigest: z.string(),
  at: z.string(),
  probes: z.array(
    z.object({
      probe: z.enum(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7']),
      outcome: z.enum(['passed', 'failed', 'warning', 'unknown', 'skipped']),
      message: z.string(),
    }),
  ),
})

const kept = z.object({
  last: verification,
  /**
   * The one that decides, where the last does not: trouble at AWS neither lets a role in nor throws it out, nor does a
   * refusal that lets nobody in.
   */
  decided: verification.optional(),
  /** How many in a row could not tell. */
  unknowns: z.int().min(0),
  /** How many rejected it since one accepted it. */
  rejections: z.int().min(0).default(0),
  /** Whether one ever accepted it. */
  everAccepted: z.boolean().default(false),
})

/** What the store keeps of verifying one role. */
export type KeptVerification = z.infer<typeof kept>

/**
 * What was kept before, with the newest verification of the same role, which has external ids of these digests. A role
 * that was accepted and now only refuses the gateway stays accepted: AWS refuses the calls itself for as long, and a fault
 * of the gateway's own identity, which every role would refuse, takes nobody's roles away.
 */
export const keepVerification = (
  before: KeptVerification | undefined,
  last: Verification,
  digests: ReadonlySet<string>,
): KeptVerification => {
  const decided = before && decisionOf(before)
  const everAccepted =
    last.status === 'accepted' || before?.everAccepted === true || decided?.status === 'accepted'
  const rejections = before?.rejections ?? 0
  const newest = { last: copyOf(last), everAccepted }
  if (last.status === 'accepted') return { ...newest, unknowns: 0, rejections: 0 }
  if (last.status === 'rejected') {
    const stays = decided?.status === 'accepted' && digests.has(decided.externalIdDigest) && refusesOnly(last)
    return { ...newest, ...(stays && { decided }), unknowns: 0, rejections: rejections + 1 }
  }
  const unknowns = (before?.unknowns ?? 0) + 1
  return { ...newest, ...(decided?.status !== 'unknown' && decided && { decided }), unknowns, rejections }
}

/** Whether a role was rejected for nothing but that AWS does not let the gateway in. */
const refusesOnly = ({ probes }: Verification): boolean =>
  probes.every(({ probe, outcome }) => outcome !== 'failed' || probe === 'P1' || probe === 'P4')

/** The verification that says whether the role may be used. */
export const decisionOf = ({ last, decided }: KeptVerification): KeptVerification['last'] => decided ?? last

/** What the store has kept of the roles of a tenant, by role ARN; what cannot be read is as if it were not there. */
export const keptVerifications = (
  stored: ReadonlyMap<string, string>,
): ReadonlyMap<string, KeptVerification> => {
  const all = new Map<string, KeptVerification>()
  for (const [roleArn, value] of stored) {
    const parsed = kept.safeParse(jsonOf(value))
    if (parsed.success) all.set(roleArn, parsed.data)
  }
  return all
}

const copyOf = (last: Verification): KeptVerification['last'] => ({ ...last, probes: [...last.probes] })

const jsonOf = (value: string): unknown => {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
