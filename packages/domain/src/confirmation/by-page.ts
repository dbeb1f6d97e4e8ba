import { randomBytes } from 'node:crypto'
import { approvalAuditId } from '../approval-record.ts'
import type { Approval, ApprovalFault, ApprovalPages } from '../approvals.ts'
import { GatewayError } from '../errors.ts'
import type { Grant } from '../grant.ts'
import { plain, quoted } from '../plan-leaves.ts'
import type { RecordKey } from '../records.ts'
import type { Asking, Confirmed } from './confirm.ts'
import { rulesOf, wanted } from './needs.ts'

/**
 * A signed-in person's word, given on a page of the gateway: the first call is refused with a link to it and a ticket, and the same
 * call with the ticket passes once somebody has approved it.
 */
export const byPage = async (asking: Asking): Promise<Confirmed> => {
  const { call, context, plan, needs, rung } = asking
  const { code, why } = wanted(needs)
  const pages = pagesFor(call.deps.pages, context.grant)
  if (!pages) {
    throw new GatewayError(
      code,
      `${why} That takes a person's approval on a page, and there is none for your company: this gateway serves none (AUTHORIZATION_URL), or nobody of your company signs in through it (a connection with clientId). Nothing was changed. Ask your administrator.`,
      { details: { plan } },
    )
  }
  if (call.ticket !== undefined) return byTicket(asking, call.ticket)
  const approval = (await askedBefore(asking, pages)) ?? (await asked(asking, pages))
  const who =
    rung === 'other-person' ? 'another person of your company who may approve it' : 'the person you work for'
  throw new GatewayError(
    code,
    `${why} Nothing was changed yet. Give the link to ${who}: it shows the plan, and they sign in to approve or refuse it. Once it is approved, call again with the same arguments and this confirmation.`,
    { details: detailsOf(asking, approval) },
  )
}

/** A new approval, which waits for somebody. */
const asked = async (asking: Asking, pages: ApprovalPages): Promise<Approval> => {
  const { call, context, plan, needs, rung } = asking
  const { grant, account, region, clientToken } = context
  const { principal, tenant } = grant
  const now = context.now()
  const approval: Approval = {
    id: randomBytes(32).toString('base64url'),
    tenantId: tenant.id,
    asker: {
      principalId: principal.id,
      issuer: principal.issuer,
      subject: principal.subject,
      client: principal.client,
    },
    tool: { name: call.tool.name, title: call.tool.title, access: call.access },
    account: { alias: account.alias, accountId: account.accountId },
    region,
    digest: asking.digest,
    plan,
    clientToken,
    rung,
    reasons: needs.map(({ reason }) => reason),
    rules: rulesOf(needs),
    createdAt: now,
    expiresAt: now + tenant.confirmation.approvalMinutes * 60_000,
    state: 'pending',
  }
  await pages.approvals.create(approval)
  const ttlSeconds = tenant.confirmation.approvalMinutes * 60
  const key = askedKey(asking)
  const { records } = call.deps
  // Only spares people a second link: where it cannot be kept, they get one.
  await records?.remove(key).catch(() => false)
  await records?.create(key, approval.id, { ttlSeconds, maxPerTenant: 10_000 }).catch(() => 'full' as const)
  return approval
}

/** The approval that waits for the very same call already: who asks ten times has one to approve. */
const askedBefore = async (asking: Asking, pages: ApprovalPages): Promise<Approval | undefined> => {
  const { call, context, needs, rung, digest } = asking
  const { tenant, principal } = context.grant
  const id = await call.deps.records?.get(askedKey(asking)).catch(() => undefined)
  const found = id === undefined ? undefined : await pages.approvals.find(tenant.id, id)
  if (found?.state !== 'pending' || found.expiresAt <= context.now()) return undefined
  const isOfThis =
    found.asker.principalId === principal.id &&
    found.asker.client === principal.client &&
    found.digest === digest &&
    found.rung === rung &&
    rulesOf(needs).every((rule) => found.rules.includes(rule))
  return isOfThis ? found : undefined
}

const askedKey = ({ context, digest }: Asking): RecordKey => {
  const { tenant, principal } = context.grant
  return { tenantId: tenant.id, kind: 'approval-asked', id: digest, owner: principal.id }
}

const byTicket = async (asking: Asking, ticket: string): Promise<Confirmed> => {
  const { call, context, plan, needs, rung } = asking
  const { tenant, principal } = context.grant
  const of = { tenantId: tenant.id, id: ticket, principalId: principal.id }
  const pages = call.deps.pages
  const found = isTicket(ticket) ? await pages?.approvals.find(tenant.id, ticket) : undefined
  const isOfThis = found?.asker.principalId === principal.id && found.digest === asking.digest
  // Nobody has agreed to what has come up since, such as that the budget is exceeded by now.
  if (isOfThis && !rulesOf(needs).every((rule) => found.rules.includes(rule))) {
    const more = needs.filter(({ rule }) => !found.rules.includes(rule)).map(({ reason }) => reason)
    throw new GatewayError(
      'not_confirmed',
      `More stands against it than what was approved: ${more.join(' ')} Nothing was changed. Call again without confirmation to ask anew.`,
      { details: { plan } },
    )
  }
  const outcome = found
    ? await pages?.approvals.use({ ...of, digest: asking.digest, least: rung })
    : undefined
  if (outcome && 'approval' in outcome) {
    const { decision, clientToken } = outcome.approval
    return {
      clientToken,
      by: 'approval',
      approval: { id: approvalAuditId(ticket), by: decision?.by.principalId ?? '' },
    }
  }
  const fault: ApprovalFault = outcome?.fault ?? 'unknown'
  if (fault === 'pending') {
    const pending = await pages?.approvals.find(tenant.id, ticket)
    throw new GatewayError(
      wanted(needs).code,
      'Nobody has decided on this yet, so nothing was changed. Call again with the same arguments and confirmation once it is approved.',
      { details: pending ? detailsOf(asking, pending) : { plan, confirmation: ticket } },
    )
  }
  if (fault === 'refused') {
    const why = found?.decision?.reason
    const said = why === undefined ? '' : ` Their reason: ${plain(quoted(why, 500))}`
    throw new GatewayError(
      'not_confirmed',
      `A person refused this, so nothing was changed. Do not ask for it again unless the person you work for wants it.${said}`,
      { details: { plan } },
    )
  }
  throw new GatewayError(
    'not_confirmed',
    `${faults[fault]} Nothing was changed. Call again without confirmation to ask anew.`,
    {
      details: { plan },
    },
  )
}

/** The pages, where people of the tenant can sign in to them. */
export const pagesFor = (
  pages: ApprovalPages | undefined,
  { tenant }: Pick<Grant, 'tenant'>,
): ApprovalPages | undefined =>
  tenant.connections.some(({ clientId }) => clientId !== undefined) ? pages : undefined

const isTicket = (text: string): boolean => /^[\w-]{43}$/.test(text)

const detailsOf = ({ call, plan }: Asking, approval: Approval) => ({
  plan,
  confirmation: approval.id,
  ...(call.deps.pages && {
    approval: {
      url: call.deps.pages.urlOf(approval),
      expires: new Date(approval.expiresAt).toISOString(),
    },
  }),
})

/** Who tries tickets learns nothing: one of another person, tool or plan is as unknown as one that never was. */
const faults: Readonly<Record<Exclude<ApprovalFault, 'pending' | 'refused'>, string>> = {
  unknown: 'This confirmation is unknown: it is too old, or is of another user, plan or arguments.',
  expired: 'Nobody approved this in time.',
  decided: 'This was decided before.',
  own: 'Your own word is not enough for this.',
  'not-approver': 'Whoever approved it may not.',
  used: 'This confirmation was used before.',
}
