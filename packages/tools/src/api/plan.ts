import { type ApiOperation, type AwsApi, planLines } from '@gateway/domain'
import { asCalled } from './as-called.ts'
import { invalidParams } from './prepared-input.ts'
import { resourceIdsIn } from './resource-ids.ts'

type Params = Readonly<Record<string, unknown>>

/** What was asked of `aws_api_write`, as far as its plan depends on it. */
interface WriteCall {
  readonly params?: Params | undefined
  readonly dryRun?: boolean | undefined
  readonly reason?: string | undefined
  readonly clientToken?: string | undefined
}

/** Whether a call is to change nothing: AWS's own `DryRun` counts as ours. */
export const isDry = (found: ApiOperation, { dryRun, params }: WriteCall): boolean =>
  dryRun === true || (found.dryRun === true && params?.DryRun === true)

/** What the call is about to do, with what it asks of AWS for the person who judges it; `input` is what will be sent. */
export const planOf = async (api: AwsApi, found: ApiOperation, call: WriteCall, input: object) => {
  const { params = {}, reason } = call
  const { service, operation, access, iamActions, idempotencyToken = '' } = asCalled(found, params)
  const ids = resourceIdsIn(params)
  // A token that is ours is another one in each call, and the plan must be the same.
  const own = idempotencyToken in params ? '' : idempotencyToken
  const asked = Object.fromEntries(Object.entries(input).filter(([name]) => name !== own))
  return {
    effect: `Calls ${operation} of ${service}, ${effects[access]}.`,
    resources: ids.slice(0, mostResources).map((id) => ({ id })),
    details: {
      service,
      operation,
      class: access,
      iamActions: [...iamActions],
      ...(ids.length > mostResources && { moreResources: ids.length - mostResources }),
      ...(reason !== undefined && { reason }),
      request: planLines(await api.presentInput(service, operation, asked)),
    },
  }
}

/** The rest is counted. */
const mostResources = 25

const effects: Readonly<Record<ApiOperation['access'], string>> = {
  read: 'which only reads',
  'sensitive-read': 'which only reads',
  write: 'which changes something',
  destructive: 'which removes or stops something and may not be undone',
  permissions: 'which changes what somebody may do',
  spend: 'which costs money',
}

/** The params, with what makes a repeated request harmless where the operation has it and the caller gave none. */
export const withClientToken = (
  { idempotencyToken }: ApiOperation,
  { params = {}, clientToken }: WriteCall,
  ofCall: string,
): Params => {
  if (idempotencyToken === undefined) {
    if (clientToken === undefined) return params
    throw invalidParams(['clientToken: this operation has none, so a repeated call is not harmless'])
  }
  if (params[idempotencyToken] === undefined) return { ...params, [idempotencyToken]: clientToken ?? ofCall }
  if (clientToken === undefined || params[idempotencyToken] === clientToken) return params
  throw invalidParams([`params.${idempotencyToken}: is another one than clientToken`])
}
