import type { Offer } from '../offer.ts'
import { roleForClass } from '../policy.ts'
import type { Tenant } from '../tenant.ts'
import { neededActions, type Operation, throughCloudFormation } from './needed-actions.ts'
import { type SessionPolicy, sessionPolicyOf } from './session-policy.ts'
import { settingsRefuse } from './session-refusal.ts'

/** What narrows the sessions of calls. */
export interface SessionPolicies {
  /**
   * That of one operation's call. Sessions in which named tools read are shared by a user's calls, so theirs allows all that
   * those read. One that may do more, or that is of a generic call, allows what that call declares and nothing else; where the
   * tenant's settings refuse the operation, it allows nothing at all.
   */
  of(tenant: Tenant, operation: NarrowedOperation): SessionPolicy
}

/** An operation, whether its actions came with the call, and whether its answer holds secrets. */
type NarrowedOperation = Operation & { readonly generic?: boolean; readonly secret?: boolean }

/** Session policies of the tenants' catalogues, remembered for as long as a tenant is what it is. */
export const sessionPolicies = (offerOf: (tenant: Tenant) => Offer): SessionPolicies => {
  const kept = new WeakMap<Tenant, KeptPolicies>()
  const keptOf = (tenant: Tenant): KeptPolicies => {
    const known = kept.get(tenant)
    if (known) return known
    const { read } = neededActions(tenant, operationsOf(offerOf(tenant)))
    const made = { read, byActions: new Map<string, SessionPolicy>() }
    kept.set(tenant, made)
    return made
  }
  return {
    of(tenant, operation) {
      const { access, iamActions, generic = false } = operation
      const through = throughCloudFormation(tenant, operation)
      const roleName = roleForClass[access]
      const { read, byActions } = keptOf(tenant)
      const refused = settingsRefuse(tenant, operation)
      const shared =
        !refused &&
        roleName === 'read' &&
        !generic &&
        through.length === 0 &&
        iamActions.every((action) => read.includes(action))
      const own = {
        roleName,
        actions: refused ? [] : iamActions,
        through: refused ? [] : through,
        exact: true,
      }
      const need = shared ? { roleName, actions: read } : own
      const key = shared ? 'read' : `${roleName} ${own.actions.join(' ')} through ${own.through.join(' ')}`
      const policy = byActions.get(key) ?? sessionPolicyOf({ tenant, ...need })
      // Those of the last calls stay: what is remembered must not grow with what callers think of.
      byActions.delete(key)
      byActions.set(key, policy)
      if (byActions.size > mostKept) byActions.delete(byActions.keys().next().value ?? '')
      return policy
    },
  }
}

/** Policies of one tenant: more than it has named tools, at two kilobytes each at most. */
const mostKept = 256

interface KeptPolicies {
  /** What the named tools read. */
  readonly read: readonly string[]
  /** The least recently used one first. */
  readonly byActions: Map<string, SessionPolicy>
}

/** Everything of a catalogue that may ask AWS something. */
const operationsOf = ({ tools, resources }: Offer): readonly Operation[] => [...tools.values(), ...resources]
