import type { AwsApi, OperationClass } from '@gateway/domain'
import { asCalled } from './api/as-called.ts'
import { knownOperation, onlyReads, scopeOfOperation } from './api/known-operation.ts'

/** What is asked about, as the policy takes it. */
interface AskedAccess {
  readonly access: OperationClass
  readonly iamActions: readonly string[]
  readonly secret?: boolean
  /** Whether the gateway knows the operation, or the one that an action is named for. */
  readonly known: boolean
  /** Whether a person would be asked. */
  readonly confirmed: boolean
  /** Whether AWS bills the request itself. */
  readonly costs: boolean
}

/**
 * An operation, or an action by the operation of its name. For an action of another name the class is not known, and what
 * is not known counts as a write. One that can pass a role is taken as a call that passes none. Throws `unknown_operation` for an operation that is not known.
 */
export const askedAccess = (
  api: AwsApi,
  asked: {
    readonly service?: string | undefined
    readonly operation?: string | undefined
    readonly action?: string | undefined
  },
): AskedAccess => {
  const { service = '', operation = '', action } = asked
  const [prefix = '', name = ''] = action?.split(':') ?? []
  const found = action === undefined ? knownOperation(api, service, operation) : api.find(prefix, name)
  if (!found)
    return { access: 'write', iamActions: [action ?? ''], known: false, confirmed: true, costs: false }
  const { access, iamActions, secret } = scopeOfOperation(asCalled(found))
  return {
    access,
    iamActions: action === undefined || iamActions.includes(action) ? iamActions : [action],
    ...(secret && { secret }),
    known: true,
    costs: found.costs === true,
    confirmed: !onlyReads(found),
  }
}
