import type { AwsTarget } from './aws.ts'

/** ARN of the role, `profile/NAME` for the operator's own profile, or `own-credentials` where they name none. */
export const roleText = ({ role, tenant }: Pick<AwsTarget, 'role' | 'tenant'>): string => {
  if (role !== 'profile') return role.roleArn
  const profile = tenant.authentication?.profile
  return profile === undefined ? 'own-credentials' : `profile/${profile}`
}
