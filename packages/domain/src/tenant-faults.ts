import { clientFaults } from './client-faults.ts'
import { connectionFaults } from './connection-faults.ts'
import type { PlacedTenant } from './cross-faults.ts'
import { handsOutCredentials } from './iam/credential-actions.ts'
import { partitionOf, partitionOfRegion, pathAndName } from './iam/role-arn.ts'
import type { Account, Tenant } from './tenant.ts'

/** What is wrong between the blocks of one tenant, each of them right by itself. */
export const tenantFaults = ({ tenant, at }: PlacedTenant): string[] => [
  ...tenant.connections.flatMap((connection, c) =>
    connectionFaults(connection).map((fault) => `${at}.connections[${c}].${fault}`),
  ),
  ...clientFaults(tenant).map((fault) => `${at}.${fault}`),
  ...permissionFaults(tenant).map((fault) => `${at}.permissions.${fault}`),
  ...passRoleFaults(tenant).map((fault) => `${at}.permissions.${fault}`),
  ...ruleFaults(tenant).map((fault) => `${at}.confirmation.${fault}`),
  ...limitFaults(tenant).map((fault) => `${at}.limits.${fault}`),
  ...tenant.accounts.flatMap((account, a) =>
    accountFaults(account).map((fault) => `${at}.accounts[${a}].${fault}`),
  ),
]

const permissionFaults = ({ permissions, accounts, authentication }: Tenant): string[] => {
  const { allowedRegions, permissionBoundary, secretReads = [] } = permissions
  const faults: string[] = []
  if (new Set(allowedRegions.map(partitionOfRegion)).size > 1)
    faults.push('allowedRegions: are of several AWS partitions, which no session spans')
  secretReads.forEach((action, s) => {
    if (handsOutCredentials(action))
      faults.push(`secretReads[${s}]: hands out credentials, which no call may`)
  })
  if (permissionBoundary === undefined) return faults
  // It goes along when a role is assumed, so that it would be ignored in silence.
  if (authentication)
    faults.push(
      'permissionBoundary: cannot be enforced on credentials that are used as they are (authentication), so it is refused; leave out authentication and name roles in accounts, or attach it in IAM to the identity of the profile',
    )
  if (allowedRegions.some((region) => partitionOfRegion(region) !== partitionOf(permissionBoundary)))
    faults.push('permissionBoundary: is of another AWS partition than allowedRegions')
  // STS API, AssumeRole: PolicyArns. Policies of AWS itself are in every account.
  const owner = permissionBoundary.split(':')[4]
  if (owner !== 'aws' && accounts.some(({ accountId }) => accountId !== owner))
    faults.push(
      'permissionBoundary: has to be in the same AWS account as the roles, which here are in another',
    )
  return faults
}

/** A tenant without accounts is not served yet, so that what its accounts are to be is not known. */
const passRoleFaults = ({ permissions, accounts }: Tenant): string[] =>
  (permissions.passRoles ?? []).flatMap((arn, i) => {
    const owner = arn.split(':')[4]
    if (permissions.allowedRegions.some((region) => partitionOfRegion(region) !== partitionOf(arn)))
      return [`passRoles[${i}]: is of another AWS partition than allowedRegions`]
    const isOwn =
      owner === '*' || accounts.length === 0 || accounts.some(({ accountId }) => accountId === owner)
    return isOwn ? [] : [`passRoles[${i}]: is of an AWS account that is none of the tenant's`]
  })

const ruleFaults = ({ confirmation, accounts }: Tenant): string[] =>
  confirmation.rules.flatMap(({ when }, r) =>
    (when.accounts ?? []).flatMap((alias, a) =>
      accounts.length === 0 || accounts.some((account) => account.alias === alias)
        ? []
        : [`rules[${r}].when.accounts[${a}]: is the alias of none of the tenant's accounts`],
    ),
  )

const limitFaults = ({ limits, permissions }: Tenant): string[] =>
  Object.keys(limits.aws)
    .filter((service) => !permissions.allowedServices.includes(service))
    .map((service) => `aws.${service}: is not in permissions.allowedServices`)

const accountFaults = ({ roles, defaultRegion }: Account): string[] => {
  const faults: string[] = []
  const ids = new Set<string>()
  let changing = false
  for (const [name, role] of Object.entries(roles)) {
    if (!role) continue
    const { externalId, nextExternalId, roleArn } = role
    if (nextExternalId === externalId)
      faults.push(`roles.${name}.nextExternalId: is the same as externalId, so it would replace nothing`)
    if (partitionOf(roleArn) !== partitionOfRegion(defaultRegion))
      faults.push(`roles.${name}.roleArn: is of another AWS partition than defaultRegion`)
    // IAM User Guide, "IAM and AWS STS quotas".
    if (pathAndName(roleArn).name.length > 64)
      faults.push(`roles.${name}.roleArn: names a role of more than 64 characters`)
    if (pathAndName(roleArn).name === '') faults.push(`roles.${name}.roleArn: has a path and no name`)
    ids.add(externalId)
    if (nextExternalId !== undefined) ids.add(nextExternalId)
    changing ||= nextExternalId !== undefined
  }
  // While one id replaces another the roles move on one by one, so both are in use.
  if (ids.size > (changing ? 2 : 1))
    faults.push(
      'roles: share one external id (while it is replaced, one and the next), but these have several',
    )
  return faults
}
