import { ConfigurationError, type Tenant } from '@gateway/domain'
import { provideSecret } from './provide-secret.ts'

/**
 * The client secret of each tenant's sign-in, by tenant, in the file that `<clientSecretRef>_FILE` names and a gateway
 * reads too; made where there is none yet. Throws `ConfigurationError` for files that are not named.
 */
export const signInSecrets = async (
  tenants: readonly Tenant[],
  env: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> => {
  const wanted = tenants.flatMap(({ id, connections }) =>
    connections.flatMap(({ clientSecretRef: ref }) =>
      ref === undefined ? [] : [{ id, name: `${ref}_FILE` }],
    ),
  )
  const unnamed = wanted.filter(({ name }) => !env[name])
  if (unnamed.length > 0) {
    const faults = unnamed.map(({ id, name }) => `${name}: must name the file for the client secret of ${id}`)
    throw new ConfigurationError('The environment', faults)
  }
  const secrets = new Map<string, string>()
  for (const { id, name } of wanted) secrets.set(id, await provideSecret(env[name] ?? ''))
  return secrets
}
