import { type ApiOperation, type AwsApi, type CallScope, GatewayError } from '@gateway/domain'

/** The operation of that name; throws `unknown_operation` with the nearest ones. */
export const knownOperation = (api: AwsApi, service: string, operation: string): ApiOperation => {
  const found = api.find(service, operation)
  if (found) return found
  const near = api.suggest(service, operation).slice(0, 5)
  const advice = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Find one with aws_api_search.'
  throw new GatewayError('unknown_operation', `The gateway knows no such operation. ${advice}`)
}

/** What a call of it does, with the IAM actions of reads that judge it. */
export const scopeOfOperation = (
  { service, operation, access, iamActions, secret }: ApiOperation,
  checks: readonly string[] = [],
): CallScope => ({
  access,
  iamActions: [...new Set([...iamActions, ...checks])],
  sends: `${service}:${operation}`,
  ...(checks.length > 0 && { checks }),
  ...(secret && { secret }),
  // What a stack is made of is made in the caller's name, whoever asks for it.
  ...(service === 'cloudformation' &&
    !/^(read|sensitive-read)$/.test(access) && { throughCloudFormation: ['*'] }),
})

/** Whether an operation changes nothing. */
export const onlyReads = ({ access }: ApiOperation): boolean =>
  access === 'read' || access === 'sensitive-read'
