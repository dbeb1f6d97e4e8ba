import { randomBytes } from 'node:crypto'
import { sandboxUsers } from '../sso/users.ts'
import { findOwnAccount, writeOwnTenants } from './own-account.ts'
import { unlessStopped } from './stopping.ts'
import type { World, WorldSetup } from './world.ts'

/** One tenant, `me`, whose calls run with the profile `profile` and only read. */
export const makeOwnWorld = async (
  profile: string,
  endpoint: string | undefined,
  { paths, progress, stop }: WorldSetup,
): Promise<World> => {
  const own = await progress.step(
    'AWS account',
    () => unlessStopped(stop, findOwnAccount(profile, endpoint)),
    ({ accountId, region }) => `${accountId} in ${region} by profile ${profile}, read-only`,
  )
  await writeOwnTenants(paths.ownTenants, profile, own)
  const account = { alias: 'own', accountId: own.accountId }
  const users = sandboxUsers.filter(({ id }) => id === 'reader')
  return {
    tenantsFile: paths.ownTenants,
    tenants: [{ id: 'me', name: `AWS profile ${profile}`, accounts: [account], users }],
    aws: { profile },
    endpoint: null,
    // Here the data is real, and every user of this machine can reach the SSO's port.
    secret: randomBytes(16).toString('base64url'),
    tool: 'aws_ec2_describe_instances',
  }
}
