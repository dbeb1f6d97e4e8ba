import type { Tenant } from '../tenant.ts'
import type { Statement } from './policy-document.ts'

/** What AWS checks of whoever hands a role to a service (IAM User Guide, "Granting a user permissions to pass a role"). */
export const passRole = 'iam:PassRole'

/** ARNs of the roles that may be passed. AWS checks the role in an instance profile, and never the profile. */
export const passableRoles = ({ passRoles = [] }: Tenant['permissions']): readonly string[] =>
  passRoles.filter((arn) => !arn.includes(':instance-profile/'))

/** Refuses to pass any other role than these, whatever else allows it. */
export const passNoOthers = (roles: readonly string[]): Statement =>
  roles.length > 0
    ? { Effect: 'Deny', Action: passRole, NotResource: [...roles] }
    : { Effect: 'Deny', Action: passRole, Resource: '*' }

/** Whether an action of a policy stands for it. */
export const coversPassRole = (action: string): boolean => action === passRole || action === 'iam:*'
