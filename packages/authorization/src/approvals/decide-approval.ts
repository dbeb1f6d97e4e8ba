import { type ApprovalFault, approvalAuditId } from '@gateway/domain'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { formOf } from '../http/read-form.ts'
import { record } from '../http/record.ts'
import { seeOther } from '../http/see-other.ts'
import type { ApprovalRefusal } from '../pages/approval-error-pages.ts'
import { longestReason } from '../pages/approval-page.ts'
import type { SignedInPerson } from './approval-sessions.ts'
import { type ApprovalName, approvalPath } from './approval-url.ts'
import { approverOf, partIn } from './may-decide.ts'
import { refuseApproval, userOf } from './refuse-approval.ts'
import { type ApprovalContext, formNameOf } from './show-approval.ts'

/**
 * Takes the answer of the form: of a person of the same company who may decide, once, in time, and with the token of the page
 * that they saw. It is written to the audit log once nothing else can keep it from being taken, and before it counts.
 */
export const decideApproval = async (
  context: ApprovalContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { name, person }: { readonly name: ApprovalName; readonly person: SignedInPerson },
): Promise<FastifyReply> => {
  const { approvals, pending, store } = context
  const refuse = (refusal: ApprovalRefusal) =>
    refuseApproval(context, request, reply, { name, refusal, person })
  const by = approverOf(person)
  const approval = await approvals.find(person.tenant.id, name.id)
  if (!approval) return refuse('unknown')
  const part = partIn(approval, by)
  if (part !== 'decides') return refuse(part === 'asker' ? 'own' : 'not_approver')

  const form = formOf(request.body)
  const tokens = form.getAll('csrf')
  const fits = await pending.takeFormToken(formNameOf(name, person), tokens[0] ?? null)
  if (!fits || tokens.length !== 1) return refuse('form')
  const answer = answerIn(form)
  if (!answer) return refuse('reason')
  if (approval.state !== 'pending') return refuse('decided')
  if (context.now() >= approval.expiresAt) return refuse('expired')
  // Of several answers at once, one goes on; should the audit log be away, it is asked for again a little later.
  if (!(await store.claim('ApprovalDecision', `${name.tenantId} ${name.id}`, decisionSeconds)))
    return refuse('busy')

  const { approve, reason } = answer
  const audited = () =>
    record(context, request, {
      event: 'approval.decide',
      outcome: approve ? 'allow' : 'deny',
      reason: approve ? undefined : 'refused',
      detail: `${approval.tool.name} in ${approval.account.alias}`,
      tenantId: person.tenant.id,
      user: userOf(person),
      clientId: approval.asker.client,
      approval: { id: approvalAuditId(approval.id), by: person.accountId, approve },
      status: 303,
    })
  const made = await approvals.decide(approval, {
    approve,
    by,
    ...(reason !== '' && { reason }),
    audited,
  })
  return 'fault' in made ? refuse(refusalOf(made.fault)) : seeOther(reply, approvalPath(approval))
}

/** Seconds for which nobody else may decide: longer than a decision takes. */
const decisionSeconds = 15

/** One answer of two, with a reason that may be empty; line breaks of a form count as one character. */
const answerIn = (form: URLSearchParams): { approve: boolean; reason: string } | undefined => {
  const [answers, reasons] = [form.getAll('answer'), form.getAll('reason')]
  const answer = answers[0] ?? ''
  const reason = (reasons[0] ?? '').replaceAll('\r\n', '\n').trim()
  const isOne = answers.length === 1 && reasons.length <= 1 && ['approve', 'refuse'].includes(answer)
  return isOne && reason.length <= longestReason ? { approve: answer === 'approve', reason } : undefined
}

/** What changed between the look at it and the decision. */
const refusalOf = (fault: ApprovalFault): ApprovalRefusal => {
  if (fault === 'expired' || fault === 'own' || fault === 'unknown') return fault
  return fault === 'not-approver' ? 'not_approver' : 'decided'
}
