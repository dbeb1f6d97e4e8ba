import type { ApiOperation, AwsApi } from '@gateway/domain'
import { operationOf, type StoredService } from './indexed-service.ts'
import { createSearchIndex, type SearchIndex } from './search-index.ts'
import { serviceFiles } from './service-files.ts'
import { suggestOperations } from './suggest.ts'

/** The half of `AwsApi` that the operation index answers. */
export type ApiIndex = Pick<AwsApi, 'services' | 'find' | 'suggest' | 'search'>

/**
 * Loads the operation index. All files together are less than a megabyte, and `find` must not wait; what is built for
 * searching is made at the first search.
 */
export const createApiIndex = async (): Promise<ApiIndex> => {
  const loaded = await Promise.all(Object.values(serviceFiles).map((load) => load()))
  const services = loaded.map((file) => file.default as StoredService)
  const byPrefix = new Map(services.map((each) => [each.service, each]))
  const find = (service: string, operation: string): ApiOperation | undefined => {
    const file = byPrefix.get(service)
    return file && operationOf(file, operation)
  }
  let searchIndex: SearchIndex | undefined
  return {
    services: () =>
      services.map(({ service, title, operations }) => ({
        service,
        title,
        operations: Object.keys(operations).length,
      })),
    find,
    suggest: (service, operation) => suggestOperations(services, service, operation),
    search(query, { services: wanted, limit = 10 } = {}) {
      searchIndex ??= createSearchIndex(services)
      return searchIndex
        .find(query, { services: wanted, limit })
        .map(({ service, operation }) => find(service, operation))
        .filter((each) => each !== undefined)
    },
  }
}
