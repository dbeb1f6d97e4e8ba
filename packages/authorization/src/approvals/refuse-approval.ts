import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuthorizationContext } from '../context.ts'
import { record } from '../http/record.ts'
import { sendPage } from '../http/send-page.ts'
import { type ApprovalRefusal, approvalRefusalPage, statusOfRefusal } from '../pages/approval-error-pages.ts'
import type { SignedInPerson } from './approval-sessions.ts'
import type { ApprovalName } from './approval-url.ts'

/** Refuses to show or to decide, with a page that says what to do and one audit event. */
export const refuseApproval = async (
  context: Pick<AuthorizationContext, 'audit' | 'now' | 'companies'>,
  request: FastifyRequest,
  reply: FastifyReply,
  of: {
    readonly name: ApprovalName
    readonly refusal: ApprovalRefusal
    readonly person?: SignedInPerson
    /** What the operator says of a stop. */
    readonly because?: string
  },
): Promise<FastifyReply> => {
  const { name, refusal, person, because } = of
  const status = statusOfRefusal(refusal)
  await record(context, request, {
    event: request.method === 'POST' ? 'approval.decide' : 'approval.view',
    outcome: 'deny',
    reason: refusal,
    tenantId: context.companies.get(request),
    user: person && userOf(person),
    status,
  })
  return sendPage(
    reply,
    approvalRefusalPage(refusal, { requestId: request.id, approval: name, because }),
    status,
  )
}

/** A person for an audit event. */
export const userOf = ({ accountId: id, issuer, subject }: SignedInPerson) => ({ id, issuer, subject })
