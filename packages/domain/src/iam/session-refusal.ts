import type { Tenant } from '../tenant.ts'
import type { OperationClass } from '../tool.ts'
import { handsOutCredentials } from './credential-actions.ts'

/**
 * Whether the tenant's own settings refuse an operation whoever asks. Its session then allows nothing, so that AWS refuses it even
 * where the policy of the gateway does not. Said here once more on purpose: what is wrong there must not be wrong here as well.
 */
export const settingsRefuse = (
  { status, permissions }: Tenant,
  operation: {
    readonly access: OperationClass
    readonly iamActions: readonly string[]
    readonly secret?: boolean
  },
): boolean => {
  const { allowedServices, readOnlyMode, secretReads = [] } = permissions
  const { access, iamActions, secret = false } = operation
  const [own = ''] = iamActions
  return (
    status !== 'active' ||
    (readOnlyMode && access !== 'read') ||
    (secret && !secretReads.includes(own)) ||
    iamActions.some(
      (action) =>
        handsOutCredentials(action) || !allowedServices.includes(action.slice(0, action.indexOf(':'))),
    )
  )
}
