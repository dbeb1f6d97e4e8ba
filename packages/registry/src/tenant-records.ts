import { GatewayError, isTenantId, type Tenant, type TenantStore } from '@gateway/domain'
import type { TenantSource } from './in-force.ts'
import { type KeptVerification, keptVerifications } from './kept-verification.ts'
import type { TenantsFile } from './open-tenants-file.ts'
import { reach } from './reach-store.ts'
import { parseStored, type StoredDocument, tenantOf, writeOf } from './stored-tenant.ts'

/** A tenant as it is written down just now, with what verifying its roles has found. */
export interface TenantRecord {
  readonly source: TenantSource
  readonly version: number
  /** Nothing blocks its roles yet. */
  readonly tenant: Tenant
  /** External ids that AWS must be seen to refuse, by account alias. */
  readonly retired: ReadonlyMap<string, string>
  readonly kept: ReadonlyMap<string, KeptVerification>
  /** The same as it is in the store, to the letter. */
  readonly keptTexts: ReadonlyMap<string, string>
}

export interface Written {
  readonly document: StoredDocument
  readonly version: number
}

/** Hears of each attempt to write, and may keep it from being made. */
export interface Writing {
  /** Just before: what it rejects with is not written. `version` is the one to be, absent for a removal. */
  before(version?: number): Promise<void>
  /** It is written. An attempt that another was faster than ends with the next one. */
  done(): void
}

/** What operators read and change: past every cache, and the file beside the store. */
export interface TenantRecords {
  /** Undefined where there is none. Rejects with `unavailable`, and with `conflict` for one that cannot be read. */
  find(id: string): Promise<TenantRecord | undefined>
  /** Rejects with `not_found`, too. */
  get(id: string): Promise<TenantRecord>
  /**
   * Writes what `change` makes of the stored tenant, again where another writes in between; undefined leaves it. With
   * `expected`, another version is `precondition_failed`. A tenant of the file is a `conflict`.
   */
  change(
    id: string,
    change: (document: StoredDocument) => Promise<StoredDocument | undefined> | StoredDocument | undefined,
    expected?: number,
    writing?: Writing,
  ): Promise<Written>
  /** Writes a tenant that there was none of. */
  create(document: StoredDocument, writing?: Writing): Promise<Written>
  remove(id: string, writing?: Writing): Promise<void>
}

/** The records of tenants in a file and a store. */
export const createTenantRecords = ({
  store,
  file,
}: {
  readonly store: TenantStore
  readonly file?: Pick<TenantsFile, 'tenants'>
}): TenantRecords => {
  const inFile = (id: string): Tenant | undefined => file?.tenants().get(id)

  const keptOf = async (id: string) => {
    const keptTexts = await reach(() => store.verifications(id))
    return { kept: keptVerifications(keptTexts), keptTexts }
  }

  /** A text of another shape is nobody's id, and does not reach the store. */
  const stored = async (id: string) => {
    if (inFile(id)) throw new GatewayError('conflict', 'This tenant is of the tenants file. Change it there.')
    const found = isTenantId(id) ? await reach(() => store.read(id)) : undefined
    if (!found) throw unknownTenant()
    return found
  }

  const find = async (id: string): Promise<TenantRecord | undefined> => {
    const tenant = inFile(id)
    if (tenant) return { source: 'file', version: 0, tenant, retired: new Map(), ...(await keptOf(id)) }
    const found = isTenantId(id) ? await reach(() => store.read(id)) : undefined
    if (!found) return undefined
    const document = documentIn(id, found.document)
    const retired = document.accounts.flatMap(({ alias, retiredExternalId }) =>
      retiredExternalId === undefined ? [] : [[alias, retiredExternalId] as const],
    )
    return {
      source: 'store',
      version: found.version,
      tenant: tenantOf(document),
      retired: new Map(retired),
      ...(await keptOf(id)),
    }
  }

  return {
    find,
    async get(id) {
      const record = await find(id)
      if (!record) throw unknownTenant()
      return record
    },
    async change(id, change, expected, writing) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const { document: text, version } = await stored(id)
        if (expected !== undefined && version !== expected) throw anotherVersion(version)
        const before = documentIn(id, text)
        const document = await change(before)
        if (!document) return { document: before, version }
        const write = writeOf(document)
        await writing?.before(version + 1)
        const outcome = await reach(() => store.write(write, version))
        if (outcome.outcome === 'written') {
          writing?.done()
          return { document, version: outcome.version }
        }
        if (outcome.outcome === 'claimed') throw claimed(outcome.claim)
        if (expected !== undefined && outcome.outcome === 'stale') throw anotherVersion(outcome.version)
      }
      throw new GatewayError('conflict', 'Others change this tenant at the same time. Try again.')
    },
    async create(document, writing) {
      if (inFile(document.id))
        throw new GatewayError('conflict', 'There is such a tenant in the tenants file.')
      if (await reach(() => store.read(document.id))) throw taken()
      await writing?.before(1)
      const outcome = await reach(() => store.write(writeOf(document), 0))
      if (outcome.outcome === 'written') {
        writing?.done()
        return { document, version: outcome.version }
      }
      if (outcome.outcome === 'claimed') throw claimed(outcome.claim)
      if (outcome.outcome === 'stale') throw taken()
      throw new GatewayError(
        'conflict',
        'This id was that of a tenant that is gone. It is never given away again: take another.',
      )
    },
    async remove(id, writing) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const { version } = await stored(id)
        await writing?.before()
        if ((await reach(() => store.remove(id, version))) === 'removed') return writing?.done()
      }
      throw new GatewayError('conflict', 'Others change this tenant at the same time. Try again.')
    },
  }
}

const attempts = 5

const taken = () => new GatewayError('conflict', 'There is such a tenant already.')

const unknownTenant = () => new GatewayError('not_found', 'There is no such tenant.')

const anotherVersion = (version: number) =>
  new GatewayError(
    'precondition_failed',
    `The tenant was changed meanwhile: its version is ${version}. Read it again.`,
  )

const documentIn = (id: string, text: string): StoredDocument => {
  const parsed = parseStored(id, text)
  if ('document' in parsed) return parsed.document
  throw new GatewayError(
    'conflict',
    'What is stored of this tenant cannot be used. Offboard it, or restore it.',
    {
      details: { issues: parsed.faults },
    },
  )
}

const claimed = (claim: string): GatewayError => {
  const [kind, ...rest] = claim.split(':')
  const what = rest.join(':')
  if (kind === 'role') return new GatewayError('conflict', `Another tenant has the role ${what}.`)
  if (kind === 'issuer') {
    return new GatewayError('conflict', `Another tenant signs in with the issuer and pins ${what}.`)
  }
  if (kind === 'email-domain') {
    return new GatewayError(
      'conflict',
      `The people of another tenant sign in with the e-mail domain ${what}.`,
    )
  }
  return new GatewayError('conflict', 'Another tenant has an external id of this one. Try again.')
}
