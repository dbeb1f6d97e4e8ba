import { createActionCatalogue, createApiIndex } from '@gateway/aws'
import type { Tenant, TenantDirectory, TenantStore } from '@gateway/domain'
import { createTenantDirectory, openTenantsFile, type TenantsFile } from '@gateway/registry'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config.ts'
import { tenantCheckOf } from './tenant-check.ts'

/** Where the tenants of this process come from. */
export interface TenantSources {
  /** Absent where tenants are only stored. */
  readonly file: TenantsFile | undefined
  readonly directory: TenantDirectory
  /** Faults that a tenant would have here, see `tenantCheckOf`. */
  check(tenant: Tenant): readonly string[]
  close(): void
}

/** What the sources need beside the configuration. */
export interface TenantSourcesOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly store: TenantStore
  readonly log: Pick<FastifyBaseLogger, 'error' | 'info'>
  now(): number
}

/** Opens the tenants file, where there is one, and the directory over it and the store. */
export const openTenantSources = async (
  config: Pick<Config, 'tenantsFile' | 'host' | 'publicUrl' | 'admin' | 'authorization'>,
  { env, store, log, now }: TenantSourcesOptions,
): Promise<TenantSources> => {
  const { tenantsFile } = config
  const check = tenantCheckOf(config, await createActionCatalogue(await createApiIndex()))
  const onFault = (fields: Readonly<Record<string, unknown>>, message: string) => log.error(fields, message)
  const onReload = (reloaded: { readonly tenants: number; readonly changed: readonly string[] }) =>
    log.info(reloaded, 'the tenants file was read again')
  const file =
    tenantsFile === undefined
      ? undefined
      : await openTenantsFile(tenantsFile, { env, check, onFault, onReload })
  try {
    const directory = await createTenantDirectory({ ...(file && { file }), store, check, now, onFault })
    return {
      file,
      directory,
      check,
      close() {
        directory.close()
        file?.close()
      },
    }
  } catch (thrown) {
    file?.close()
    throw thrown
  }
}
