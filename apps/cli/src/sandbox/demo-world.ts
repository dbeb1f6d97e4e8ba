import { startAwsStandIn, startStrictAws } from '@gateway/backends'
import type { Tenant } from '@gateway/domain'
import { readTenants } from '@gateway/registry'
import { gatewayPrincipalArn } from '../seed/role-policies.ts'
import { seed } from '../seed/seed.ts'
import { seedAccess } from '../seed/seed-access.ts'
import { sandboxUsers } from '../sso/users.ts'
import { standInCredentials } from '../stand-in-credentials.ts'
import { noAwsEndpoint, noOwnAws, withoutAws } from './gateway-environment.ts'
import { startStandIn } from './stand-in.ts'
import { unlessStopped } from './stopping.ts'
import type { World, WorldSetup } from './world.ts'

/**
 * The tenants of `deploy/local/tenants.yaml` on a stand-in for AWS, filled, behind a judge that refuses what AWS would
 * refuse; without one where none can be had.
 */
export const makeDemoWorld = async (own: NodeJS.ProcessEnv, setup: WorldSetup): Promise<World> => {
  const { paths, progress, stop, started } = setup
  // Seeding needs no sign-in, and the gateway reads the file for itself.
  const noSso = { SANDBOX_SSO_URL: 'http://sso.invalid', SANDBOX_SSO_INTERNAL_URL: 'http://sso.invalid' }
  const tenants = await readTenants(paths.demoTenants, noSso)
  const world = {
    gatewayRoleArn: gatewayPrincipalArn,
    tenantsFile: paths.demoTenants,
    tenants: tenants.map(({ id, name, accounts }) => ({ id, name, accounts, users: sandboxUsers })),
  }
  // Of the person's own environment what finds programs and Docker counts, never their AWS.
  const env = { ...withoutAws(own), ...noOwnAws }
  const standIn = await progress.step(
    'AWS stand-in',
    (say) => unlessStopped(stop, startStandIn(startAwsStandIn, env, paths, say)),
    (result) => (result.runs ? `${result.backend.how} on ${result.backend.url}` : result.why),
  )
  if (!standIn.runs) return { ...world, aws: { endpoint: noAwsEndpoint }, endpoint: null, tool: 'aws_whoami' }

  const { url } = standIn.backend
  started.use(standIn.backend)
  await progress.step(
    'AWS data',
    () => unlessStopped(stop, fill(url, tenants, stop)),
    ({ requests }) => `${tenants.map(accountsOf).join(', ')}; ${requests} requests`,
  )
  // Filled past the judge, since the owners of the accounts are none of its business.
  const principals = { [standInCredentials.accessKeyId]: gatewayPrincipalArn }
  const judge = started.use(await startStrictAws({ upstream: url, principals }))
  return { ...world, aws: { endpoint: judge.url }, endpoint: judge.url, tool: 'aws_ec2_describe_instances' }
}

const fill = async (endpoint: string, tenants: readonly Tenant[], signal: AbortSignal) => {
  const access = seedAccess(endpoint)
  try {
    return await seed({ access, tenants, signal })
  } finally {
    access.close()
  }
}

const accountsOf = ({ id, accounts }: Tenant) => `${id} (${accounts.map(({ alias }) => alias).join(', ')})`
