import {
  GatewayError,
  type Grant,
  grantOf,
  type Principal,
  type Tenant,
  type TenantDirectory,
} from '@gateway/domain'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

/** Third step: the verified principal's tenant, and what the principal may do there, as `request.grant`. */
export const resolveTenant = fp<{ directory: Pick<TenantDirectory, 'known' | 'find'> }>(
  async (app, { directory }) => {
    app.decorateRequest('grant', null)
    // A remembered token has one principal, which keeps its grant; a tenant that was read anew has another.
    const grants = new WeakMap<Principal, Grant>()
    const admit = (
      request: FastifyRequest,
      principal: Principal | null,
      tenant: Tenant | undefined,
    ): void => {
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
    }
    const find = async (request: FastifyRequest, principal: Principal): Promise<void> =>
      admit(request, principal, await directory.find(principal.tenantId))

    app.addHook('onRequest', (request, _, done) => {
      const { principal } = request
      const tenant = principal ? directory.known(principal.tenantId) : undefined
      if (principal && !tenant) return find(request, principal)
      admit(request, principal, tenant)
      return done()
    })
  },
  { name: 'resolve-tenant', dependencies: ['authenticate'] },
)
