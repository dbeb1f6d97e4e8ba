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
  /** The one that decides, where the last could not tell: trouble at AWS neither lets a role in nor throws it out. */
  decided: verification.optional(),
  /** How many in a row could not tell. */
  unknowns: z.int().min(0),
})

/** What the store keeps of verifying one role. */
export type KeptVerification = z.infer<typeof kept>

/** What was kept before, with the newest verification of the same role. */
export const keepVerification = (
  before: KeptVerification | undefined,
  last: Verification,
): KeptVerification => {
  if (last.status !== 'unknown') return { last: copyOf(last), unknowns: 0 }
  const decided = before && decisionOf(before)
  const unknowns = (before?.unknowns ?? 0) + 1
  return { last: copyOf(last), ...(decided?.status !== 'unknown' && decided && { decided }), unknowns }
}

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
