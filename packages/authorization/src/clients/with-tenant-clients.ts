import type { TenantDirectory } from '@gateway/domain'
import type { Adapter, AdapterFactory } from 'oidc-provider'
import { reachStore } from '../reach-store.ts'
import { findTenantClient, tenantIdOfClient } from './tenant-clients.ts'

/** Finds the clients that tenants have registered beforehand, beside those that registered themselves. */
export const withTenantClients =
  (factory: AdapterFactory, directory: Pick<TenantDirectory, 'find'>): AdapterFactory =>
  (model): Adapter => {
    const adapter = factory(model)
    if (model !== 'Client') return adapter
    const stored = adapter.find.bind(adapter)
    adapter.find = async (id) =>
      tenantIdOfClient(id) === undefined
        ? stored(id)
        : reachStore(
            async () => (await findTenantClient(directory, id)) as Awaited<ReturnType<typeof stored>>,
          )
    return adapter
  }
