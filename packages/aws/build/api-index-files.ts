import type { ApiOperation } from '@gateway/domain'
import { type IndexedService, storedText } from '../src/api/indexed-service.ts'
import { servicePrefixes } from '../src/service-modules.ts'
import { indexOperation } from './index-operation.ts'
import { enumLoaderText, loaderText, reportText, unmappedText } from './index-texts.ts'
import { inputWords } from './input-words.ts'
import { enumText, sdkEnums } from './sdk-enums.ts'
import { type SdkOperation, sdkOperations } from './sdk-operations.ts'
import { serviceNames } from './service-names.ts'
import { readServiceReference } from './service-reference.ts'

export interface ApiIndexOptions {
  /** Folder with files of AWS's service reference, which win over what names say. */
  readonly serviceReference?: string | undefined
}

/** The operation index as files of the repository, by path. */
export const apiIndexFiles = async ({
  serviceReference,
}: ApiIndexOptions = {}): Promise<ReadonlyMap<string, string>> => {
  const files = new Map<string, string>()
  const services: IndexedService[] = []
  const enums = new Map<string, string>()
  const unmapped = new Map<string, readonly string[]>()
  for (const service of servicePrefixes()) {
    const reference =
      serviceReference === undefined ? undefined : readServiceReference(serviceReference, service)
    const operations: ApiOperation[] = []
    const left: string[] = []
    const known: (readonly [SdkOperation, ApiOperation])[] = []
    for (const sdk of await sdkOperations(service)) {
      const operation = await indexOperation(service, sdk, reference)
      if (operation) {
        operations.push(operation)
        known.push([sdk, operation])
      } else left.push(sdk.name)
    }
    const ownEnums = sdkEnums(
      service,
      known.map(([sdk]) => sdk),
    )
    const text = enumText(ownEnums)
    if (text !== '') enums.set(service, text)
    const [title, aliases] = serviceNames[service] ?? [service, '']
    const words = new Map(known.map(([sdk, operation]) => [sdk.name, inputWords(sdk, operation, ownEnums)]))
    const indexed = { service, title, aliases, operations, words }
    services.push(indexed)
    if (left.length > 0) unmapped.set(service, left)
    files.set(`${folder}/${service}.json`, storedText(indexed))
  }
  const bytes = { operations: bytesOf(files.values()), enums: bytesOf(enums.values()) }
  for (const [service, text] of enums) files.set(`${folder}/enums/${service}.json`, text)
  files.set(`${folder}/unmapped.json`, unmappedText(unmapped))
  files.set('packages/aws/src/api/service-files.ts', loaderText(services))
  files.set('packages/aws/src/api/enum-files.ts', enumLoaderText([...enums.keys()]))
  files.set('docs/api-index.md', reportText({ services, unmapped, bytes }))
  return files
}

const folder = 'packages/aws/api-index'

const bytesOf = (texts: Iterable<string>): number =>
  [...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
