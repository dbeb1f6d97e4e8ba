import { createHash } from 'node:crypto'
import type { AwsTarget } from '@gateway/domain'
import { assumeRole, type RoleTarget } from './assume-role.ts'
import { sessionTagsOf } from './attribution.ts'
import type { Clients } from './clients.ts'
import type { OnFault } from './on-fault.ts'
import type { ProfileRole } from './profile-role.ts'
import { profileSession } from './profile-session.ts'
import type { Session } from './session.ts'
import { createSessionCache } from './session-cache.ts'

export interface SessionsOptions {
  readonly clients: Clients
  readonly endpoint?: string | undefined
  readonly profileRole?: ProfileRole | undefined
  readonly maxSessions: number
  now(): number
  readonly onFault: OnFault
}

export interface Sessions {
  of(target: AwsTarget): Promise<Session>
  /** After AWS said that `session` is over: the next `of` opens another one. */
  drop(target: AwsTarget, session: Session): void
  clear(): void
}

/** Who gets which credentials. Read sessions are shared by the calls of one user; all others live for one call. */
export const createSessions = (options: SessionsOptions): Sessions => {
  const cache = createSessionCache({ ...options, max: options.maxSessions })
  // A target is made anew for every tool call, so this holds a session for exactly one call.
  const ofCall = new WeakMap<AwsTarget, Promise<Session>>()

  const ofOneCall = (target: RoleTarget): Promise<Session> => {
    const known = ofCall.get(target)
    if (known) return known
    const opened = assumeRole(target, options)
    ofCall.set(target, opened)
    opened.catch(() => ofCall.delete(target))
    return opened
  }

  return {
    of(target) {
      const about = { tenant: target.tenant.id, account: target.account.alias, role: target.roleName }
      if (!isOfGateway(target)) return cache.get(keyOf(target), () => profileSession(target, options), about)
      // A 900 s session would always be due for its refresh.
      if (target.roleName !== 'read') return ofOneCall(target)
      return cache.get(keyOf(target), () => assumeRole(target, options), about)
    },
    drop(target, session) {
      cache.drop(keyOf(target), session)
      ofCall.delete(target)
    },
    clear: () => cache.clear(),
  }
}

/** The gateway assumes the roles of tenants; a tenant with a profile has its own way, to a role of it too. */
const isOfGateway = (target: AwsTarget): target is RoleTarget =>
  target.role !== 'profile' && target.tenant.authentication === undefined

/**
 * Everything that a session depends on, the tenant first and never the role alone: two tenants with one role,
 * or two users of one tenant, must not find each other's session.
 */
const keyOf = (target: AwsTarget): string => {
  const { tenant, principal, account, roleName, role, region } = target
  const chosen =
    role === 'profile' ? ['profile', tenant.authentication?.profile] : [role.roleArn, role.externalId]
  const parts = [tenant.id, account.accountId, roleName, chosen, region, principal.id, sessionTagsOf(target)]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
