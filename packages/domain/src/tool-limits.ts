import type { CallKind } from './call-record.ts'
import type { Grant } from './grant.ts'
import { type Limit, tenantKey } from './limits.ts'
import type { Tenant } from './tenant.ts'
import type { OperationClass } from './tool.ts'

/**
 * Where a tenant says how often one user may call one operation of a class, and by what its users' limit is divided where it
 * does not say so: what changes something is asked for more slowly than what only looks.
 */
const classes: Record<OperationClass, readonly [field: keyof Tenant['limits']['tools'], share: number]> = {
  read: ['read', 1],
  'sensitive-read': ['sensitiveRead', 4],
  write: ['write', 2],
  destructive: ['destructive', 4],
  spend: ['spend', 4],
  permissions: ['permissions', 4],
}

/** The limit of one user's calls of one operation; none where that of the user is as narrow. */
export const toolLimit = (
  { tenant, principal }: Pick<Grant, 'tenant' | 'principal'>,
  kind: CallKind,
  { name, access }: { readonly name: string; readonly access: OperationClass },
): Limit | undefined => {
  const [field, share] = classes[access]
  const { user, tools } = tenant.limits
  const own = tools[field]
  if (!own && share === 1) return undefined
  const { perMinute, burst } = own ?? {
    perMinute: Math.ceil(user.perMinute / share),
    burst: Math.ceil(user.burst / share),
  }
  const key = tenantKey(tenant.id, 'rl', 'u', principal.id, kind, name)
  return { key, scope: 'tool', perMinute, burst }
}
