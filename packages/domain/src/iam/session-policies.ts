import type { Offer } from '../offer.ts'
import { roleForClass } from '../policy.ts'
import type { RoleName, Tenant } from '../tenant.ts'
import { neededActions, type Operation } from './needed-actions.ts'
import { type SessionPolicy, sessionPolicyOf } from './session-policy.ts'

/** What narrows the sessions of calls. */
export interface SessionPolicies {
  /**
   * That of one operation's call. Sessions that read are shared by a user's calls, so theirs allows all that reads;
   * one that may do more is opened for a single call and allows what that call declares.
   */
  of(tenant: Tenant, operation: Operation): SessionPolicy
}

/** Session policies of the tenants' catalogues, remembered for as long as a tenant is what it is. */
export const sessionPolicies = (offerOf: (tenant: Tenant) => Offer): SessionPolicies => {
  const make = (tenant: Tenant, roleName: RoleName, { iamActions }: Operation): SessionPolicy => {
    const ofReading = () => neededActions(tenant, operationsOf(offerOf(tenant))).read
    return sessionPolicyOf({ tenant, roleName, actions: roleName === 'read' ? ofReading() : iamActions })
  }
  const kept = new WeakMap<Tenant, Map<string, SessionPolicy>>()
  return {
    of(tenant, operation) {
      const role = roleForClass[operation.access]
      const known = kept.get(tenant) ?? new Map<string, SessionPolicy>()
      kept.set(tenant, known)
      const key = role === 'read' ? 'read' : operation.iamActions.join(' ')
      const policy = known.get(key) ?? make(tenant, role, operation)
      known.set(key, policy)
      return policy
    },
  }
}

/** Everything of a catalogue that may ask AWS something. */
const operationsOf = ({ tools, resources }: Offer): readonly Operation[] => [...tools.values(), ...resources]
