import type { AwsApi } from '@gateway/domain'
import { loadService } from '../service-modules.ts'
import type { ApiIndex } from './create-api-index.ts'
import { loadEnums } from './enums.ts'
import { schemaOf } from './json-schema.ts'
import { operationSchema } from './operation-schema.ts'
import { prepareInput } from './prepare.ts'
import { presentInput, presentOutput } from './present.ts'

/** The operations that the gateway knows: what each is by the index, and its shapes by the SDK, loaded on first use. */
export const createAwsApi = (index: ApiIndex): AwsApi => {
  const schemas = async (service: string, operation: string) => {
    // What the index does not have is refused, though the SDK may have it.
    if (!index.find(service, operation)) throw new Error(`${service}:${operation} is not in the index`)
    const [module, enums] = await Promise.all([loadService(service), loadEnums(service)])
    return operationSchema(module, operation, enums)
  }
  return {
    ...index,
    schema: async (service, operation) => schemaOf(await schemas(service, operation)),
    prepare: async (service, operation, params) => prepareInput(await schemas(service, operation), params),
    presentInput: async (service, operation, input) => presentInput(await schemas(service, operation), input),
    present: async (service, operation, output) => presentOutput(await schemas(service, operation), output),
  }
}
