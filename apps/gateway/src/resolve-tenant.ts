import { GatewayError, grantOf, type Tenant } from '@gateway/domain'
import fp from 'fastify-plugin'

/** Third step: the verified principal's tenant, and what the principal may do there, as `request.grant`. */
export const resolveTenant = fp<{ tenants: ReadonlyMap<string, Tenant> }>(
  async (app, { tenants }) => {
    app.decorateRequest('grant', null)
    app.addHook('onRequest', async (request) => {
      const { principal } = request
      const tenant = principal && tenants.get(principal.tenantId)
      if (!principal || !tenant) {
        throw new GatewayError(
          'unknown_tenant',
          'Your sign-in belongs to no company that this gateway serves.',
        )
      }
      if (tenant.status !== 'active') {
        throw new GatewayError('tenant_suspended', 'Your company is suspended here. Ask its administrator.')
      }
      request.grant = grantOf(principal, tenant)
    })
  },
  { name: 'resolve-tenant', dependencies: ['authenticate'] },
)
