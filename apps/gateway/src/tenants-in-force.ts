import { isDeepStrictEqual } from 'node:util'
import {
  type AwsAccess,
  type AwsTarget,
  type Change,
  GatewayError,
  type Tenant,
  type TenantDirectory,
} from '@gateway/domain'
import { sameRole, sameRules } from './same-rules.ts'
import type { VerifiedTokens } from './verified-tokens.ts'

/** Something that stays open for a caller of a tenant, under the rules of the time when it was opened. */
export interface TenantBound {
  readonly tenant: Tenant
  /** Ends it: `changed`, and its client may come back at once; `refused`, and its client would be refused. */
  retire(why: 'changed' | 'refused'): void
}

/** Brings what directories announce to all that this process remembers or holds open of a tenant. */
export interface TenantsInForce {
  add(bound: TenantBound): void
  remove(bound: TenantBound): void
  /**
   * Throws or rejects where AWS may not be asked under `target` any more, which a call took when it began: with
   * `tenant_suspended`, or with `unavailable` where rules have changed or nobody can tell.
   */
  check(target: AwsTarget): void | Promise<void>
  close(): void
}

/** What has to hear of tenants that changed. */
export interface TenantsInForceOptions {
  readonly directory: TenantDirectory
  readonly verified: Pick<VerifiedTokens, 'forget'>
  readonly aws: Pick<AwsAccess, 'forget'>
  /** Cancels what runs for a tenant that is refused from now on. */
  cancelAll(tenantId: string): void
  publish(tenantId: string, change: Change): Promise<void>
  onFault(fields: { readonly err: unknown; readonly tenant?: string }, message: string): void
  /** Milliseconds between tries while nobody can tell what is in force. */
  readonly retryMs?: number
}

/**
 * Follows the directory until it is closed: credentials, clients and remembered tokens of a changed tenant go at once;
 * what is open for it ends if its rules are really others, more than external ids, and so does what runs for it if it is refused.
 */
export const createTenantsInForce = (options: TenantsInForceOptions): TenantsInForce => {
  const { directory, verified, aws, cancelAll, publish, onFault, retryMs = 1_000 } = options
  const open = new Map<string, Set<TenantBound>>()
  // Tenants that AWS was asked for, as they were then: whose credentials may be held here.
  const used = new Map<string, Tenant>()
  const retries = new Map<string, NodeJS.Timeout>()
  let closed = false
  let looking = false
  let lookAgain = false

  const look = async (tenantId: string): Promise<void> => {
    const tenant = await directory.find(tenantId)
    const retired = retire([...(open.get(tenantId) ?? [])], tenant)
    const last = used.get(tenantId)
    if (last && !isDeepStrictEqual(last, tenant)) {
      used.delete(tenantId)
      aws.forget(tenantId)
    }
    if (tenant?.status !== 'active') cancelAll(tenantId)
    // For who comes back and asks what was missed meanwhile.
    else if (retired > 0) await publish(tenantId, { kind: 'tools' })
  }

  const lookUntilTold = async (tenantId: string): Promise<void> => {
    clearTimeout(retries.get(tenantId))
    retries.delete(tenantId)
    try {
      await look(tenantId)
    } catch (err) {
      if (closed) return
      onFault({ err, tenant: tenantId }, 'what is in force for a tenant cannot be found out')
      retries.set(tenantId, setTimeout(() => void lookUntilTold(tenantId), retryMs).unref())
    }
  }

  const hear = async (tenantId: string | undefined): Promise<void> => {
    verified.forget(tenantId)
    if (tenantId !== undefined) {
      aws.forget(tenantId)
      return lookUntilTold(tenantId)
    }
    await lookAtAll()
  }

  // Few at a time: they may be thousands, and the store has just come back. What is said meanwhile is looked into afterwards.
  const lookAtAll = async (): Promise<void> => {
    lookAgain = true
    if (looking) return
    looking = true
    while (lookAgain && !closed) {
      lookAgain = false
      const waiting = [...new Set([...open.keys(), ...used.keys()])]
      const worker = async (): Promise<void> => {
        for (let id = waiting.shift(); id !== undefined && !closed; id = waiting.shift())
          await lookUntilTold(id)
      }
      await Promise.all(Array.from({ length: atOnce }, worker))
    }
    looking = false
  }
  const stop = directory.listen((tenantId) => void hear(tenantId))

  return {
    add(bound) {
      const { id } = bound.tenant
      const bounds = open.get(id) ?? new Set()
      open.set(id, bounds.add(bound))
      // The tenant may have changed since the request found it, and been announced.
      if (directory.known(id) !== bound.tenant) void lookUntilTold(id)
    },
    remove(bound) {
      const { id } = bound.tenant
      const bounds = open.get(id)
      if (bounds?.delete(bound) && bounds.size === 0) open.delete(id)
    },
    check(target) {
      const { id } = target.tenant
      const known = directory.known(id)
      if (known === undefined) return directory.find(id).then((found) => checked(used, target, found))
      return checked(used, target, known)
    },
    close() {
      closed = true
      stop()
      for (const timer of retries.values()) clearTimeout(timer)
    },
  }
}

/** Tenants that are asked for at once where any may have changed. */
const atOnce = 8

/** Ends those whose tenant is another than `tenant` now; how many. */
const retire = (bounds: readonly TenantBound[], tenant: Tenant | undefined): number => {
  const refused = tenant?.status !== 'active'
  const same = new Map<Tenant, boolean>()
  const stays = (before: Tenant): boolean => {
    const known = same.get(before) ?? (tenant !== undefined && sameRules(before, tenant))
    same.set(before, known)
    return known
  }
  const ended = bounds.filter((bound) => refused || !stays(bound.tenant))
  for (const bound of ended) bound.retire(refused ? 'refused' : 'changed')
  return ended.length
}

const checked = (used: Map<string, Tenant>, target: AwsTarget, tenant: Tenant | undefined): void => {
  if (tenant?.status !== 'active') {
    throw new GatewayError('tenant_suspended', 'Your company is not served here any more.')
  }
  if (!stillAllows(tenant, target)) {
    throw new GatewayError(
      'unavailable',
      'The settings of your company have changed during this call, and some of it may have been carried out. Check before you call again.',
    )
  }
  used.set(tenant.id, tenant)
}

/**
 * Whether all that led to the target is as it was, and all that the call was judged, confirmed and charged by; names, rates and
 * times may have changed, and the external id may be rotated.
 */
const stillAllows = (now: Tenant, { tenant, account, roleName, role }: AwsTarget): boolean => {
  if (now === tenant) return true
  const current = now.accounts.find(({ alias }) => alias === account.alias)
  return (
    current?.accountId === account.accountId &&
    isDeepStrictEqual(rulesOf(now), rulesOf(tenant)) &&
    (role === 'profile' || sameRole(role, current.roles[roleName]))
  )
}

/** What is left out is of no consequence to a call that has begun, so that a block that is new counts. */
const rulesOf = ({ name: _, limits: __, operations: ___, accounts: ____, ...rules }: Tenant) => rules
