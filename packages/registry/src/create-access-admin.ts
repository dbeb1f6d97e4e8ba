import { type AuditLog, GatewayError, type RevocationStore } from '@gateway/domain'
import type { AccessAdmin, SigningKeyView } from './access-admin.ts'
import { createOperatorAudit } from './audit-operator.ts'
import { reaching } from './reaching.ts'
import { askedRevocation } from './revocation-input.ts'
import type { TenantRecords } from './tenant-records.ts'

/** The signing keys of an authorization server. Times in milliseconds since the epoch. */
export interface OperatedKeys {
  list(): Promise<readonly (Omit<SigningKeyView, 'signsFrom'> & { readonly signsFrom: number })[]>
  rotate(): Promise<{ readonly kid: string; readonly signsFrom: number }>
}

export interface AccessAdminOptions {
  readonly records: Pick<TenantRecords, 'get'>
  readonly revocations: Pick<RevocationStore, 'revoke'>
  /** What an authorization server knows of people and signs with; absent where there is none. */
  readonly authorization?:
    | {
        readonly keys: OperatedKeys
        /** Forgets a person who is of this tenant, so that nothing is renewed for them. */
        forgetAccount(account: { readonly tenantId: string; readonly accountId: string }): Promise<void>
      }
    | undefined
  readonly audit: AuditLog
  now(): number
}

/** Seconds for which a replica believes what it knows of revocations. */
const effectiveWithinSeconds = 5

/** The operations of operators on what was issued, and on the keys that it is signed with. */
export const createAccessAdmin = (options: AccessAdminOptions): AccessAdmin => {
  const { records, revocations, authorization, now } = options
  const audit = createOperatorAudit(options.audit, now)

  const keysHere = (): OperatedKeys => {
    if (authorization) return authorization.keys
    throw new GatewayError(
      'not_found',
      'This gateway has no authorization server (AUTHORIZATION_URL), and so no signing keys.',
    )
  }

  return {
    revoke: (tenantId, input, by) =>
      audit.around(
        { event: 'admin.access.revoke', by, requestId: by.requestId, tenantId },
        async (writing) => {
          const { tenant } = await records.get(tenantId)
          const { revoked, revocation } = askedRevocation(tenant, input)
          const { kind } = revocation
          await writing.before(undefined, {
            revoked: { kind, ...('id' in revocation && { id: revocation.id }) },
          })
          await reaching(async () => {
            await revocations.revoke(revocation)
            if (kind === 'user') await authorization?.forgetAccount({ tenantId, accountId: revocation.id })
          }, revocationsAway)
          return { answer: { revoked, effectiveWithinSeconds } }
        },
      ),
    async signingKeys() {
      const keys = keysHere()
      const found = await reaching(() => keys.list(), keysAway)
      return found.map(({ signsFrom, ...key }) => ({ ...key, signsFrom: iso(signsFrom) }))
    },
    rotateSigningKeys: (by) =>
      audit.around(
        { event: 'admin.keys.rotate', by, requestId: by.requestId, tenantId: undefined },
        async (writing) => {
          const keys = keysHere()
          const pending = (await reaching(() => keys.list(), keysAway)).find(
            ({ state }) => state === 'pending',
          )
          if (pending) throw rotating(pending.signsFrom)
          await writing.before()
          const { kid, signsFrom } = await reaching(() => keys.rotate(), keysAway)
          return { answer: { kid, signsFrom: iso(signsFrom) } }
        },
      ),
  }
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

const revocationsAway =
  'The store of revocations did not answer, so that this may not be in force. Revoke again until it is confirmed.'
const keysAway =
  'The signing keys cannot be read. Try again shortly; if it stays, the log of the gateway says why.'

const rotating = (signsFrom: number): GatewayError =>
  new GatewayError(
    'conflict',
    `The signing keys are being rotated already: the new one signs from ${iso(signsFrom)}. Then it can be done again.`,
  )
