import type { AwsCall } from './aws-call.ts'

/** The action of a Lambda request, by method and path (Lambda API reference), where the judge knows it. */
export const lambdaAction = ({ method, path }: AwsCall): string | undefined => {
  // The first segment is the version of each part of the API; a trailing slash leaves an empty one.
  const place = path.slice(1).filter((segment) => segment !== '')
  const [kind, name, part] = place
  const shape = [kind, ...(name === undefined ? [] : ['*']), ...(part === undefined ? [] : [part])].join('/')
  return place.length > 3 ? undefined : actions.get(`${method} ${shape}`)
}

const actions: ReadonlyMap<string, string> = new Map([
  ['GET account-settings', 'GetAccountSettings'],
  ['GET functions', 'ListFunctions'],
  ['POST functions', 'CreateFunction'],
  ['GET functions/*', 'GetFunction'],
  ['DELETE functions/*', 'DeleteFunction'],
  ['POST functions/*/invocations', 'InvokeFunction'],
  ['POST functions/*/response-streaming-invocations', 'InvokeFunction'],
  ['GET functions/*/configuration', 'GetFunctionConfiguration'],
  ['PUT functions/*/configuration', 'UpdateFunctionConfiguration'],
  ['PUT functions/*/code', 'UpdateFunctionCode'],
  ['GET functions/*/concurrency', 'GetFunctionConcurrency'],
  ['PUT functions/*/concurrency', 'PutFunctionConcurrency'],
  ['GET functions/*/versions', 'ListVersionsByFunction'],
  ['GET functions/*/aliases', 'ListAliases'],
  ['GET functions/*/policy', 'GetPolicy'],
  ['GET functions/*/url', 'GetFunctionUrlConfig'],
  ['GET event-source-mappings', 'ListEventSourceMappings'],
  ['GET layers', 'ListLayers'],
])
