import { createHash } from 'node:crypto'
import type { AwsBudget, AwsTarget, Measured } from '@gateway/domain'
import { type AssumeRoleOptions, assumeRole, type RoleTarget } from './assume-role.ts'
import { fieldsOf } from './assume-role-refusal.ts'
import { sessionTagsOf } from './attribution.ts'
import type { Clients } from './clients.ts'
import type { OnFault } from './on-fault.ts'
import type { ProfileRole } from './profile-role.ts'
import { profileSession } from './profile-session.ts'
import type { Session } from './session.ts'
import { createSessionCache, type SessionKey } from './session-cache.ts'
import { createTenantLru } from './tenant-lru.ts'

export interface SessionsOptions {
  readonly clients: Clients
  readonly endpoint?: string | undefined
  readonly ownCredentials: boolean
  readonly profileRole?: ProfileRole | undefined
  readonly budget?: AwsBudget | undefined
  readonly maxSessions: number
  readonly measured?: Measured | undefined
  now(): number
  readonly onFault: OnFault
}

export interface Sessions {
  of(target: AwsTarget): Promise<Session>
  /** After AWS said that `session` is over: the next `of` opens another one. */
  drop(target: AwsTarget, session: Session): void
  /** Forgets the sessions and refusals of a tenant, and of no other. */
  forget(tenantId: string): void
  clear(): void
}

/** Who gets which credentials. Read sessions are shared by the calls of one user; all others live for one call. */
export const createSessions = (options: SessionsOptions): Sessions => {
  const { onFault } = options
  const cache = createSessionCache({ ...options, max: options.maxSessions })
  // A target is made anew for every tool call, so this holds a session for exactly one call.
  const ofCalls = new Map<string, WeakMap<AwsTarget, Promise<Session>>>()
  const told = createTenantLru<true>(1_000)

  const roleOptions: AssumeRoleOptions = {
    ...options,
    packed(target, percent) {
      const key = `${target.role.roleArn} ${target.sessionPolicy?.hash}`
      if (percent < nearlyFull || told.get(target.tenant.id, key)) return
      told.set(target.tenant.id, key, true)
      onFault({ ...fieldsOf(target), packedPolicySize: percent }, 'the session policy is nearly too large')
    },
  }

  const ofOneCall = (target: RoleTarget): Promise<Session> => {
    const ofTenant = ofCalls.get(target.tenant.id) ?? new WeakMap<AwsTarget, Promise<Session>>()
    ofCalls.set(target.tenant.id, ofTenant)
    const known = ofTenant.get(target)
    if (known) return known
    const opened = assumeRole(target, roleOptions)
    ofTenant.set(target, opened)
    opened.catch(() => ofTenant.delete(target))
    return opened
  }

  return {
    of(target) {
      const about = { tenant: target.tenant.id, account: target.account.alias, role: target.roleName }
      if (!isOfGateway(target)) return cache.get(keyOf(target), () => profileSession(target, options), about)
      // A 900 s session would always be due for its refresh.
      if (target.roleName !== 'read') return ofOneCall(target)
      return cache.get(keyOf(target), () => assumeRole(target, roleOptions), about)
    },
    drop(target, session) {
      cache.drop(keyOf(target), session)
      ofCalls.get(target.tenant.id)?.delete(target)
    },
    forget(tenantId) {
      cache.forget(tenantId)
      ofCalls.delete(tenantId)
      told.forget(tenantId)
    },
    clear() {
      cache.clear()
      ofCalls.clear()
      told.clear()
    },
  }
}

/** Per cent of the room for session policies and tags. */
const nearlyFull = 80

/** The gateway assumes the roles of tenants; a tenant with a profile has its own way, to a role of it too. */
const isOfGateway = (target: AwsTarget): target is RoleTarget =>
  target.role !== 'profile' && target.tenant.authentication === undefined

/**
 * Everything that a session depends on, the tenant first and never the role alone: two tenants with one role,
 * or two users of one tenant, must not find each other's session.
 */
const keyOf = (target: AwsTarget): SessionKey => {
  const { tenant, principal, account, roleName, role, region, sessionPolicy } = target
  const chosen =
    role === 'profile' ? ['profile', tenant.authentication?.profile] : [role.roleArn, role.externalId]
  const narrowed = sessionPolicy?.hash
  const tags = sessionTagsOf(target)
  const parts = [tenant.id, account.accountId, roleName, chosen, narrowed, region, principal.id, tags]
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
  return { tenantId: tenant.id, key }
}
