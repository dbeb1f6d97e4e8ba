import { createActionCatalogue, createApiIndex } from '@gateway/aws'
import { ConfigurationError } from '@gateway/domain'
import { readTenants } from '@gateway/registry'
import { openPriceBook } from '@gateway/tools'
import { type Config, readConfig } from './config.ts'
import { withSecretFiles } from './secret-files.ts'
import { tenantCheckOf } from './tenant-check.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the environment, and the files of tenants and prices for their faults alone; throws one `ConfigurationError` with
 * the faults of all, so that nobody mends one only to learn of the next.
 */
export const readSettings = async (env: Environment): Promise<Config> => {
  const [config] = await Promise.allSettled([(async () => readConfig(withSecretFiles(env)))()])
  // Where the environment is wrong nobody knows who can reach the gateway, nor as what.
  const against = config.status === 'fulfilled' ? config.value : { host: env.HOST || '127.0.0.1' }
  const [tenants, prices] = await Promise.allSettled([
    env.TENANTS_FILE
      ? readTenants(
          env.TENANTS_FILE,
          env,
          tenantCheckOf(against, await createActionCatalogue(await createApiIndex())),
        )
      : [],
    openPriceBook(env.PRICE_TABLE_FILE || undefined, { now: 0 }),
  ])
  const failures = [config, tenants, prices].flatMap((each) =>
    each.status === 'rejected' ? [each.reason as unknown] : [],
  )
  const [first] = failures
  const named = failures.filter((each) => each instanceof ConfigurationError)
  if (named.length > 1)
    throw new ConfigurationError(
      'The configuration',
      named.flatMap(({ faults }) => faults),
    )
  if (config.status === 'rejected' || first !== undefined) throw first
  return config.value
}
