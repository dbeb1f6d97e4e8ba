import { ConfigurationError, type Tenant } from '@gateway/domain'
import { readTenants } from '@gateway/registry'
import { type Config, isLoopback, readConfig } from './config.ts'
import { withSecretFiles } from './secret-files.ts'

/** All that a process is told at its start. */
export interface Settings {
  readonly config: Config
  readonly tenants: readonly Tenant[]
}

/**
 * Reads the environment and the tenants file; throws one `ConfigurationError` with the faults of both, so that nobody
 * mends one only to learn of the next.
 */
export const readSettings = async (env: Readonly<Record<string, string | undefined>>): Promise<Settings> => {
  const [config, tenants] = await Promise.allSettled([
    (async () => readConfig(withSecretFiles(env)))(),
    env.TENANTS_FILE ? readTenants(env.TENANTS_FILE, env) : [],
  ])
  const failures = [config, tenants].flatMap((each) =>
    each.status === 'rejected' ? [each.reason as unknown] : [],
  )
  const [first] = failures
  const named = failures.filter((each) => each instanceof ConfigurationError)
  if (named.length > 1)
    throw new ConfigurationError(
      'The configuration',
      named.flatMap(({ faults }) => faults),
    )
  if (config.status === 'rejected' || tenants.status === 'rejected') throw first
  if (!isLoopback(config.value.host) && tenants.value.some((tenant) => tenant.authentication)) {
    throw new ConfigurationError('The tenants file', [
      "authentication.profile: uses the operator's own AWS profile and so is refused unless HOST is loopback",
    ])
  }
  return { config: config.value, tenants: tenants.value }
}
