import { randomBytes } from 'node:crypto'
import {
  type AuditLog,
  type AwsAccess,
  GatewayError,
  type RecordStore,
  type RoleProber,
  type TenantStore,
  verifyRole,
} from '@gateway/domain'
import {
  type AccountVerifier,
  createAccountVerifier,
  createTenantRecords,
  startReverification,
} from '@gateway/registry'
import type { TenantSources } from './tenant-sources.ts'

/** What verifies the roles of tenants, when it is asked to and by itself. */
export interface RoleVerification {
  readonly records: ReturnType<typeof createTenantRecords>
  readonly verifier: AccountVerifier
  /** The same way to AWS; a role that is refused there is verified soon. */
  readonly aws: AwsAccess
  /** Resolves once nothing is verified any more. */
  close(): Promise<void>
}

/** What it works with. */
export interface RoleVerificationOptions {
  readonly aws: AwsAccess & { readonly prober: RoleProber }
  readonly sources: TenantSources
  readonly store: TenantStore
  readonly claims: RecordStore
  readonly audit: AuditLog
  /** Whether roles are verified by themselves: at the first sight of them, daily, and when AWS refuses one. */
  readonly daily: boolean
  onFault(fields: Readonly<Record<string, unknown>>, message: string): void
  now(): number
}

/** A random external id: 192 bits in the characters that STS takes. */
export const newExternalId = (): string => randomBytes(24).toString('base64url')

/** Joins the prober with what is written down of tenants, and starts what verifies by itself. */
export const openRoleVerification = (options: RoleVerificationOptions): RoleVerification => {
  const { aws, sources, store, claims, audit, daily, onFault, now } = options
  const { file, directory } = sources
  const records = createTenantRecords({ store, ...(file && { file }) })
  const verifier = createAccountVerifier({
    store,
    records,
    verifyRole: (probed, retired) => verifyRole(aws.prober, probed, { now, newExternalId, ...retired }),
    audit,
    now,
    onFault,
  })
  const running = daily
    ? startReverification({ directory, records, verifier, claims, now, onFault })
    : undefined
  return {
    records,
    verifier,
    aws: {
      ...aws,
      async send(target, request, signal) {
        try {
          return await aws.send(target, request, signal)
        } catch (thrown) {
          if (target.role !== 'profile' && isRefusedRole(thrown))
            running?.suspect(target.tenant.id, target.role.roleArn)
          throw thrown
        }
      },
    },
    close: async () => running?.close(),
  }
}

/** Whether AWS refused the role itself: what else keeps a session from being opened says nothing against it. */
const isRefusedRole = (thrown: unknown): boolean =>
  thrown instanceof GatewayError &&
  thrown.code === 'credentials_refused' &&
  /^AccessDenied(Exception)?$/.test(thrown.details.aws?.code ?? '')
