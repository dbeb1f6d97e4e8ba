import { type AuditLog, asGatewayError, type TenantStore, type Verification } from '@gateway/domain'
import { createOperatorAudit, type Deed, type Told } from './audit-operator.ts'
import { rolesOf } from './in-force.ts'
import { createKeepFound } from './keep-found.ts'
import { accountIn, changedMeanwhile, identityOf, type Located } from './located-account.ts'
import type { OnFault } from './on-fault.ts'
import { type ProbedAccount, probeAccount, type VerifyRole } from './probe-account.ts'
import type { StoredAccount } from './stored-tenant.ts'
import type { Operator } from './tenant-admin.ts'
import type { TenantRecords } from './tenant-records.ts'

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
  const { records, verifyRole } = options
  const keep = createKeepFound(options)
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
      if (now.identity !== seen.identity) continue
      // With what was kept as it began: whatever was kept since is then found in its place.
      const { kept, keptTexts } = seen.record
      return { located: { ...now, record: { ...now.record, kept, keptTexts } }, probed }
    }
    throw changedMeanwhile()
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
        await keep(tenantId, found.located, found.probed.verifications)
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
