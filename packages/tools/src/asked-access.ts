import type { ApiOperation, AwsApi, AwsRequest, OperationClass } from '@gateway/domain'
import { asCalled } from './api/as-called.ts'
import { knownOperation, onlyReads, scopeOfOperation } from './api/known-operation.ts'
import { preparedInput } from './api/prepared-input.ts'

/** What is asked about, as the policy takes it. */
export interface AskedAccess {
  readonly access: OperationClass
  readonly iamActions: readonly string[]
  readonly secret?: boolean
  /** Whether the gateway knows the operation, or the one that an action is named for. */
  readonly known: boolean
  /** The tool that calls any operation of this kind. */
  readonly name: 'aws_api_read' | 'aws_api_write'
  /** Whether AWS bills the request itself. */
  readonly billed: boolean
  /** The request, without any input where none was given. */
  readonly request: AwsRequest
  /** Whether it is known what the request says. */
  readonly exact: boolean
  /** The input as the caller wrote it. */
  readonly params: Readonly<Record<string, unknown>>
  /** What an action is asked about. */
  readonly resource?: string
}

/**
 * An operation, or an action by the operation of its name. For an action of another name the class is not known, and what
 * is not known counts as a write. Without params, one that can pass a role is taken as a call that passes none. Throws
 * `unknown_operation` for an operation that is not known, and `invalid_arguments` for params that are not its own.
 */
export const askedAccess = async (
  api: AwsApi,
  asked: {
    readonly service?: string | undefined
    readonly operation?: string | undefined
    readonly params?: Readonly<Record<string, unknown>> | undefined
    readonly action?: string | undefined
    readonly resource?: string | undefined
  },
): Promise<AskedAccess> => {
  const { service = '', operation = '', params, action, resource } = asked
  if (action === undefined) {
    const found = knownOperation(api, service, operation)
    const input = params === undefined ? {} : await preparedInput(api, found, params)
    const request = { service, operation, input }
    return { ...ofFound(found, params), request, exact: params !== undefined, params: params ?? {} }
  }
  const [prefix = '', name = ''] = action.split(':')
  const found = api.find(prefix, name)
  const rest = {
    request: { service: prefix, operation: name, input: {} },
    exact: resource !== undefined,
    params: {},
    ...(resource !== undefined && { resource }),
  }
  if (!found) {
    const unknown = { access: 'write', iamActions: [action], known: false, billed: false } as const
    return { ...unknown, name: 'aws_api_write', ...rest }
  }
  const scope = ofFound(found, undefined)
  const { iamActions } = scope
  return { ...scope, iamActions: iamActions.includes(action) ? iamActions : [action], ...rest }
}

const ofFound = (found: ApiOperation, params: AskedAccess['params'] | undefined) => {
  const called = asCalled(found, params)
  const { access, iamActions, secret } = scopeOfOperation(called)
  return {
    access,
    iamActions,
    ...(secret && { secret }),
    known: true,
    name: onlyReads(found) ? ('aws_api_read' as const) : ('aws_api_write' as const),
    billed: found.costs === true,
  }
}
