import {
  type AuditLog,
  asGatewayError,
  GatewayError,
  type TenantStore,
  type Verification,
} from '@gateway/domain'
import { createOperatorAudit, type Deed, type Told } from './audit-operator.ts'
import { blockedBy, digestsOf, rolesOf } from './in-force.ts'
import { decisionOf, type KeptVerification as Kept, keepVerification } from './kept-verification.ts'
import type { OnFault } from './on-fault.ts'
import { type ProbedAccount, probeAccount, type VerifyRole } from './probe-account.ts'
import { reach } from './reach-store.ts'
import type { StoredAccount } from './stored-tenant.ts'
import type { Operator } from './tenant-admin.ts'
import type { TenantRecord, TenantRecords } from './tenant-records.ts'

/** Verifies the roles of accounts and keeps what was found. */
export interface AccountVerifier {
  /**
   * Probes every role of the account, moves a rotation on, and leaves an audit event for each role. Throws
   * `not_found`, `conflict` or `unavailable`, which leave one.
   */
  verify(tenantId: string, alias: string, by: Verifier): Promise<readonly Verification[]>
}

/** Who wants it: an operator, or nobody but the time of day. */
export interface Verifier {
  readonly operator: Operator | undefined
  readonly requestId: string
}

export interface AccountVerifierOptions {
  readonly store: Pick<TenantStore, 'verified'>
  readonly records: TenantRecords
  readonly verifyRole: VerifyRole
  readonly audit: AuditLog
  now(): number
  /** Alarms: a role that was accepted is rejected now, or refuses the gateway. */
  readonly onFault: OnFault
}

export const createAccountVerifier = (options: AccountVerifierOptions): AccountVerifier => {
  const { store, records, verifyRole } = options
  const audit = createOperatorAudit(options.audit, options.now)

  const probe = async (tenantId: string, alias: string): Promise<Found> => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const seen = await accountIn(records, tenantId, alias)
      const { record, account } = seen
      const probed = await probeAccount(
        { ...record, account, retiredExternalId: record.retired.get(alias) },
        verifyRole,
      )
      // Probing takes seconds. What was found of ids and roles that are no longer these would block those that are.
      const now = await accountIn(records, tenantId, alias)
      if (now.identity === seen.identity) return { located: now, probed }
    }
    throw new GatewayError('conflict', 'Others change this account at the same time. Try again.')
  }

  /** Once for a role that only refuses us, and once where it is blocked. */
  const alarm = (which: Readonly<Record<string, string>>, before: Kept | undefined, after: Kept): void => {
    const { last, rejections } = after
    if (!before || decisionOf(before).status !== 'accepted' || last.status !== 'rejected') return
    const probes = last.probes.filter(({ outcome }) => outcome === 'failed').map(({ probe }) => probe)
    const blocked = decisionOf(after).status === 'rejected'
    if (!blocked && rejections > 1) return
    options.onFault(
      { alarm: blocked ? 'role_rejected' : 'role_refuses', ...which, probes },
      blocked
        ? 'a role that was accepted does not pass its verification any more, and is blocked'
        : 'a role that was accepted refuses the gateway; it is verified again soon. Where many do, look at the identity of the gateway',
    )
  }

  const keep = async (
    tenantId: string,
    { record, account }: Located,
    { verifications }: ProbedAccount,
  ): Promise<void> => {
    for (const { name, role } of rolesOf(account)) {
      const verification = verifications.find(({ roleArn }) => roleArn === role.roleArn)
      if (!verification) continue
      const before = record.kept.get(role.roleArn)
      const after = keepVerification(before, verification, digestsOf(role))
      const judged = { account, name, role, source: record.source }
      const was = blockedBy({ ...judged, kept: before })
      const is = blockedBy({ ...judged, kept: after })
      const value = JSON.stringify(after)
      await reach(() => store.verified(tenantId, { roleArn: role.roleArn, value, announce: was !== is }))
      alarm({ tenant: tenantId, account: account.alias, role: name }, before, after)
    }
  }

  /** After the verifications, never before: see `inForce`. */
  const moveOn = async (
    tenantId: string,
    { located: { account: seen, identity }, probed }: Found,
  ): Promise<void> => {
    if (!probed.takesNext && !probed.refusesRetired) return
    const move = probed.takesNext ? promoted : forgotten
    await records.change(tenantId, (document) => {
      const account = document.accounts.find((each) => each.alias === seen.alias)
      if (!account || identityOf(account, account.retiredExternalId) !== identity) return undefined
      return {
        ...document,
        accounts: document.accounts.map((each) => (each === account ? move(each) : each)),
      }
    })
  }

  return {
    async verify(tenantId, alias, { operator, requestId }) {
      const deed: Deed = { event: 'role.verify', by: operator, requestId, tenantId, account: alias }
      const found = await probe(tenantId, alias).catch((thrown) =>
        audit.around<never>(deed, () => Promise.reject(thrown)),
      )
      // Before it is kept: no role is let in that no event tells of.
      for (const told of toldOf(found)) await audit.append(deed, told)
      try {
        await keep(tenantId, found.located, found.probed)
        await moveOn(tenantId, found)
      } catch (thrown) {
        const error = asGatewayError(thrown)
        error.audited = true
        throw error
      }
      return found.probed.verifications
    },
  }
}

/** One event for each role. */
const toldOf = ({ located: { record }, probed }: Found): Told[] =>
  probed.verifications.map(({ roleArn, status, probes }) => ({
    outcome: ({ accepted: 'allow', rejected: 'deny', unknown: 'error' } as const)[status],
    ...(status !== 'accepted' && {
      reason_code: status === 'rejected' ? 'role_not_verified' : 'unavailable',
    }),
    ...(probed.takesNext && { detail: 'The account moves on to its next external id.' }),
    ...(probed.refusesRetired && { detail: 'The external id before the rotation is seen refused.' }),
    admin: {
      role_arn: roleArn,
      status,
      version: record.version,
      probes: probes.map(({ probe, outcome }) => `${probe}:${outcome}`),
    },
  }))

const attempts = 3

interface Found {
  readonly located: Located
  readonly probed: ProbedAccount
}

interface Located {
  readonly record: TenantRecord
  readonly account: TenantRecord['tenant']['accounts'][number]
  readonly identity: string
}

const accountIn = async (records: TenantRecords, tenantId: string, alias: string): Promise<Located> => {
  const record = await records.get(tenantId)
  const account = record.tenant.accounts.find((each) => each.alias === alias)
  if (!account) throw new GatewayError('not_found', 'The tenant has no such account.')
  return { record, account, identity: identityOf(account, record.retired.get(alias)) }
}

/** All of an account that a verification is about. */
const identityOf = (account: Located['account'], retiredExternalId: string | undefined): string =>
  JSON.stringify([
    retiredExternalId,
    ...rolesOf(account).map(({ name, role }) => [name, role.roleArn, role.externalId, role.nextExternalId]),
  ])

/** The account with the next external id as its own, and its own as the one that AWS must refuse. */
const promoted = (account: StoredAccount): StoredAccount => {
  const roles: StoredAccount['roles'] = {}
  for (const { name, role } of rolesOf(account)) {
    const { nextExternalId, ...rest } = role
    roles[name] = nextExternalId === undefined ? role : { ...rest, externalId: nextExternalId }
  }
  const former = account.roles.read?.externalId
  return { ...account, roles, ...(former !== undefined && { retiredExternalId: former }) }
}

const forgotten = ({ retiredExternalId: _, ...account }: StoredAccount): StoredAccount => account
