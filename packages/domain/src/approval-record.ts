import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Approval } from './approvals.ts'
import type { Plan } from './plan.ts'
import { planLines } from './plan-lines.ts'

/** Resources of a plan that are kept; more are counted. */
const mostResources = 100

/**
 * An approval as it is kept: of what its plan says only what a person is shown. The request itself may hold a secret, and what
 * details there are may be long, so of both only lines without secrets stay.
 */
export const approvalText = (approval: Approval): string =>
  JSON.stringify({ ...approval, plan: keptPlan(approval.plan) })

/** Throws for a text that is no approval of that tenant and id: then nothing is decided by it. */
export const approvalOf = (text: string, { tenantId, id }: Pick<Approval, 'tenantId' | 'id'>): Approval => {
  const value: unknown = JSON.parse(text)
  const { tenantId: owner, id: own } = decisive.parse(value)
  if (owner !== tenantId || own !== id) throw new TypeError('an approval under another name')
  return value as Approval
}

/** The name of an approval in the audit log, from which nobody can make its link. */
export const approvalAuditId = (id: string): string =>
  createHash('sha256').update(id).digest('base64url').slice(0, 16)

/** What decides; all else is only shown. */
const decisive = z.object({
  id: z.string(),
  tenantId: z.string(),
  asker: z.object({ principalId: z.string().min(1) }),
  digest: z.string().min(1),
  rung: z.enum(['person', 'approval', 'other-person']),
  expiresAt: z.number(),
  state: z.enum(['pending', 'approved', 'refused', 'used']),
})

const keptPlan = ({ sends: _, ...plan }: Plan): Plan => {
  const { reason, request, moreResources = 0, ...known } = plan.details ?? {}
  const beyond = moreResources + Math.max(0, plan.resources.length - mostResources)
  return {
    ...plan,
    resources: plan.resources.slice(0, mostResources),
    details: {
      ...(reason !== undefined && { reason }),
      ...(beyond > 0 && { moreResources: beyond }),
      request: request ?? planLines(known),
    },
  }
}
