import { GatewayError, type Grant, grantOf, type Principal, type Tenant } from '@gateway/domain'
import fp from 'fastify-plugin'

/** Third step: the verified principal's tenant, and what the principal may do there, as `request.grant`. */
export const resolveTenant = fp<{ tenants: ReadonlyMap<string, Tenant> }>(
  async (app, { tenants }) => {
    app.decorateRequest('grant', null)
    // A remembered token has one principal, which keeps its grant; a tenant that was read anew has another.
    const grants = new WeakMap<Principal, Grant>()
    app.addHook('onRequest', (request, _, done) => {
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
      let grant = grants.get(principal)
      if (grant?.tenant !== tenant) {
        grant = grantOf(principal, tenant)
        grants.set(principal, grant)
      }
      request.grant = grant
      done()
    })
  },
  { name: 'resolve-tenant', dependencies: ['authenticate'] },
)
