import { scopeOfRole } from '../grant.ts'
import { type Layer, roleForClass } from '../policy.ts'
import { isRead } from '../target.ts'
import { stopFor, stoppedText } from './stopped.ts'

/** Who asks, and where: what stands before anything of the operation itself is looked at. */
export const standingLayers: readonly Layer[] = [
  {
    rule: 'tenant.status',
    judge: ({ grant }) =>
      grant.tenant.status === 'active'
        ? undefined
        : { code: 'tenant_suspended', reason: `Tenant ${grant.tenant.id} is suspended.` },
  },
  {
    rule: 'stopped',
    judge({ grant, tool, stops = [] }) {
      const stop = stopFor(stops, {
        tenantId: grant.tenant.id,
        principalId: grant.principal.id,
        tool: tool.name ?? '',
        changes: !isRead(tool),
      })
      return stop && { code: 'stopped', reason: stoppedText(stop) }
    },
  },
  {
    rule: 'scope',
    judge: ({ grant, tool }) => {
      const scope = scopeOfRole[roleForClass[tool.access]]
      if (grant.principal.scopes.includes(scope)) return undefined
      // Who is told to sign in again for what nobody gives them does so for ever.
      if (grant.principal.mayHold && !grant.principal.mayHold.includes(scope)) {
        return {
          code: 'insufficient_scope',
          reason: `This takes scope ${scope}, which you cannot be given: your company does not allow it, or none of your groups maps to it. Ask your administrator.`,
        }
      }
      return {
        code: 'insufficient_scope',
        reason: `This takes scope ${scope}, which your sign-in does not have. Sign in again with ${scope}, or ask your administrator for a group that maps to it.`,
      }
    },
  },
  {
    rule: 'service',
    judge: ({ grant, tool }) => {
      const { allowedServices } = grant.tenant.permissions
      const services = tool.iamActions.map((action) => action.slice(0, action.indexOf(':')))
      if (services.every((service) => allowedServices.includes(service))) return undefined
      const refused = [...new Set(services)].filter((service) => !allowedServices.includes(service))
      return {
        code: 'service_not_allowed',
        reason: `Service ${refused.join(', ')} is not allowed for tenant ${grant.tenant.id}. Allowed: ${allowedServices.join(', ')}.`,
      }
    },
  },
  {
    rule: 'region',
    judge: ({ grant, regions = [] }) => {
      const { allowedRegions } = grant.tenant.permissions
      if (regions.every((region) => allowedRegions.includes(region))) return undefined
      return {
        code: 'region_not_allowed',
        reason: `Region is not allowed for tenant ${grant.tenant.id}. Allowed: ${allowedRegions.join(', ')}.`,
      }
    },
  },
  {
    rule: 'read-only',
    judge: ({ grant, tool }) =>
      grant.tenant.permissions.readOnlyMode && tool.access !== 'read'
        ? {
            code: 'read_only',
            reason: `Tenant ${grant.tenant.id} is read-only: it allows plain reads and nothing else.`,
          }
        : undefined,
  },
]
