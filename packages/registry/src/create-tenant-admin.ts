import type { Account, AccountOnboarding, AuditLog, Tenant, TenantStore } from '@gateway/domain'
import {
  accountOf,
  withAccount,
  withChangedAccount,
  withNextExternalId,
  withoutAccount,
} from './account-changes.ts'
import type { AccountVerifier } from './account-verifier.ts'
import { type InputOf, inputOf } from './admin-input.ts'
import { createOperatorAudit } from './audit-operator.ts'
import { documentCheck } from './document-check.ts'
import type { TenantsFile } from './open-tenants-file.ts'
import { reach } from './reach-store.ts'
import type { TenantCheck } from './read-tenants.ts'
import type { StoredDocument } from './stored-tenant.ts'
import type { OnboardingView, Operator, TenantAdmin } from './tenant-admin.ts'
import type { TenantRecords } from './tenant-records.ts'
import { summaryOf, tenantAsShown, viewOf } from './tenant-view.ts'

export interface TenantAdminOptions {
  readonly store: TenantStore
  readonly file?: Pick<TenantsFile, 'tenants'>
  readonly records: TenantRecords
  readonly verifier: AccountVerifier
  readonly audit: AuditLog
  /** What else makes a tenant unfit. */
  readonly check: TenantCheck
  onboardingOf(tenant: Tenant, account: Account): AccountOnboarding
  /** The role of the gateway, which no tenant may have. */
  readonly gatewayPrincipalArn: string
  now(): number
  /** At least 128 random bits, of the characters that STS allows. */
  newExternalId(): string
}

/** The operations of operators on the tenants of a file and a store. */
export const createTenantAdmin = (options: TenantAdminOptions): TenantAdmin => {
  const { store, file, records, verifier, check, onboardingOf, newExternalId } = options
  const audit = createOperatorAudit(options.audit, options.now)
  const checked = documentCheck(options)

  const show = async (id: string) => viewOf(id, await records.get(id), { file, check })

  const onboarding = async (id: string, alias: string): Promise<OnboardingView> => {
    const record = await records.get(id)
    const tenant = tenantAsShown(record)
    return { ...onboardingOf(tenant, accountOf(tenant, alias)), version: record.version }
  }

  type Event = `admin.${string}`
  interface Changing<Answer> {
    readonly event: Event
    readonly id: string
    readonly by: Operator
    readonly alias?: string | undefined
    /** What only takes away needs no check: it must go also where something else is wrong. */
    change(document: StoredDocument): StoredDocument | Promise<StoredDocument> | undefined
    answer(): Promise<Answer>
    readonly expected?: number
  }

  /** One change of a stored tenant, its audit event, and what is answered. */
  const changing = <Answer>({ event, id, by, alias, change, answer, expected }: Changing<Answer>) =>
    audit.around({ event, by, requestId: by.requestId, tenantId: id, account: alias }, async (writing) => {
      const { version } = await records.change(id, change, expected, writing)
      return { answer: await answer(), version }
    })

  const withStatus = (id: string, status: Tenant['status'], by: Operator) =>
    changing({
      event: status === 'active' ? 'admin.tenant.resume' : 'admin.tenant.suspend',
      id,
      by,
      change: (document) => (document.status === status ? undefined : { ...document, status }),
      answer: () => show(id),
    })

  return {
    async list(page) {
      const { after, limit } = inputOf('page', page)
      const own = [...(file?.tenants().keys() ?? [])].filter((id) => after === undefined || id > after)
      const stored = await reach(() => store.list(after, limit + 1))
      const ids = [...new Set([...own, ...stored])].sort()
      const tenants = await Promise.all(ids.slice(0, limit).map((id) => summaryOf(id, records)))
      const next = ids.length > limit ? ids[limit - 1] : undefined
      return { tenants: tenants.filter((each) => each !== undefined), ...(next !== undefined && { next }) }
    },
    show,
    create(input, by) {
      const deed = {
        event: 'admin.tenant.create',
        by,
        requestId: by.requestId,
        tenantId: idIn(input),
      } as const
      return audit.around(deed, async (writing) => {
        const document = await checked({ ...inputOf('create', input), status: 'active', accounts: [] })
        const { version } = await records.create(document, writing)
        return { answer: await show(document.id), version }
      })
    },
    update: (id, changes, expected, by) =>
      changing({
        event: 'admin.tenant.update',
        id,
        by,
        change: (document) => checked(withBlocks(document, inputOf('update', changes))),
        answer: () => show(id),
        expected,
      }),
    suspend: (id, by) => withStatus(id, 'suspended', by),
    resume: (id, by) => withStatus(id, 'active', by),
    offboard: (id, by) =>
      audit.around(
        { event: 'admin.tenant.offboard', by, requestId: by.requestId, tenantId: id },
        async (writing) => ({
          answer: await records.remove(id, writing),
        }),
      ),
    addAccount(id, input, by) {
      const alias = aliasIn(input)
      const externalId = newExternalId()
      return changing({
        event: 'admin.account.add',
        id,
        by,
        alias,
        change: (document) => checked(withAccount(document, inputOf('addAccount', input), externalId)),
        answer: () => onboarding(id, alias ?? ''),
      })
    },
    updateAccount: (id, alias, changes, expected, by) =>
      changing({
        event: 'admin.account.update',
        id,
        by,
        alias,
        change: (document) => checked(withChangedAccount(document, alias, inputOf('updateAccount', changes))),
        answer: () => onboarding(id, alias),
        expected,
      }),
    removeAccount: (id, alias, expected, by) =>
      changing({
        event: 'admin.account.remove',
        id,
        by,
        alias,
        change: (document) => withoutAccount(document, alias),
        answer: () => show(id),
        expected,
      }),
    onboarding,
    verify: (id, alias, by) => verifier.verify(id, alias, { operator: by, requestId: by.requestId }),
    rotateExternalId(id, alias, by) {
      const next = newExternalId()
      return changing({
        event: 'admin.account.rotate',
        id,
        by,
        alias,
        change: (document) => withNextExternalId(document, alias, next),
        answer: () => onboarding(id, alias),
      })
    },
  }
}

/** Each block replaces the whole of what was there; null takes it away. */
const withBlocks = (document: StoredDocument, changes: InputOf<'update'>): StoredDocument => {
  const { operations, limits, budget, ...rest } = document
  const blocks = { operations, limits, budget, ...changes }
  const defined = Object.entries({ ...rest, ...blocks }).filter(
    ([, each]) => each !== null && each !== undefined,
  )
  return Object.fromEntries(defined) as StoredDocument
}

const idIn = (input: unknown): string | undefined => textIn(input, 'id')
const aliasIn = (input: unknown): string | undefined => textIn(input, 'alias')

/** What somebody sent under a name, for the audit event of an input that was not checked yet. */
const textIn = (input: unknown, name: string): string | undefined => {
  if (typeof input !== 'object' || input === null || !Object.hasOwn(input, name)) return undefined
  const value: unknown = Reflect.get(input, name)
  return typeof value === 'string' ? value : undefined
}
