import type { Approval, Approvals } from '@gateway/domain'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { findAccount } from '../accounts.ts'
import type { AuthorizationContext } from '../context.ts'
import { sendPage } from '../http/send-page.ts'
import { approvalOutcomePage } from '../pages/approval-outcome-page.ts'
import { approvalPage } from '../pages/approval-page.ts'
import type { TellingTags } from '../pages/tag-list.ts'
import type { SignedInPerson } from './approval-sessions.ts'
import { type ApprovalName, approvalPath, approvalUrl } from './approval-url.ts'
import { askingClient } from './asking-client.ts'
import { approverOf, partIn } from './may-decide.ts'
import { refuseApproval } from './refuse-approval.ts'

/** What the steps of an approval share. */
export interface ApprovalContext extends AuthorizationContext {
  readonly approvals: Approvals
}

/** Name of what is kept for the form of one approval in one session. */
export const formNameOf = (name: ApprovalName, { session }: SignedInPerson): string =>
  `approval ${name.tenantId} ${name.id} ${session}`

/** Shows an approval of the person's own company to whoever asked or may decide, as far as it has come. */
export const showApproval = async (
  context: ApprovalContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { name, person }: { readonly name: ApprovalName; readonly person: SignedInPerson },
): Promise<FastifyReply> => {
  const { approvals, pending, issuer } = context
  const now = context.now()
  const approval = await approvals.find(person.tenant.id, name.id)
  if (!approval) return refuseApproval(context, request, reply, { name, refusal: 'unknown', person })
  const part = partIn(approval, approverOf(person))
  if (part === 'none')
    return refuseApproval(context, request, reply, { name, refusal: 'not_approver', person })
  if (approval.state !== 'pending') {
    const by = approval.decision?.by.principalId
    const deciderName = (await accountOf(context, approval, by))?.name
    const byViewer = by === person.accountId
    return sendPage(reply, approvalOutcomePage({ approval, deciderName, byViewer, now }))
  }
  if (now >= approval.expiresAt)
    return refuseApproval(context, request, reply, { name, refusal: 'expired', person })
  const { asker } = approval
  const account = await accountOf(context, approval, asker.principalId)
  return sendPage(
    reply,
    approvalPage({
      approval,
      askerName: account?.name,
      askerHost: URL.parse(account?.idp ?? asker.issuer)?.host,
      client: await askingClient(context, asker.client),
      tellingTags: tellingTagsOf(person),
      isOwn: asker.principalId === person.accountId,
      now,
      url: approvalUrl(issuer, approval),
      ...(part === 'decides' && {
        answering: {
          action: approvalPath(approval),
          csrf: await pending.formToken(formNameOf(name, person)),
        },
      }),
    }),
  )
}

const tellingTagsOf = ({ tenant: { confirmation } }: SignedInPerson): readonly TellingTags[] => [
  confirmation.productionTags,
  ...confirmation.rules.flatMap(({ when: { tags } }) => (tags ? [tags] : [])),
]

const accountOf = async (
  context: AuthorizationContext,
  { tenantId }: Approval,
  accountId: string | undefined,
) => (accountId === undefined ? undefined : (await findAccount(context, { tenantId, accountId }))?.account)
