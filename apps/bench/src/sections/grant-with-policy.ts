import { type Grant, grantOf, parseTenants } from '@gateway/domain'
import type { PolicyLoad } from './tenant-policies.ts'

/** What a caller may do in a tenant that has the policy of a load, and all its services. */
export const grantWithPolicy = ({ document, requests }: PolicyLoad): Grant => {
  const issuer = 'https://sso.example'
  const services = requests.map(({ action }) => action.slice(0, action.indexOf(':')))
  const role = (name: string) => ({
    roleArn: `arn:aws:iam::111111111111:role/mcp-gateway-${name}`,
    externalId: 'external-id',
  })
  const [tenant] = parseTenants(
    {
      tenants: [
        {
          id: 'acme',
          name: 'Acme',
          connections: [
            {
              issuer,
              jwksUri: `${issuer}/jwks`,
              algorithms: ['ES256'],
              directTokens: true,
              allowedClients: ['bench'],
            },
          ],
          accounts: [
            {
              alias: 'prod',
              accountId: '111111111111',
              defaultRegion: 'eu-west-1',
              roles: { read: role('read'), write: role('write') },
            },
          ],
          permissions: {
            allowedServices: [...new Set(services)],
            allowedRegions: ['eu-west-1'],
            policy: document,
          },
        },
      ],
    },
    'the bench',
  )
  if (!tenant) throw new Error('there is no tenant')
  return grantOf(
    {
      id: 'ann',
      issuer,
      subject: 'ann',
      tenantId: tenant.id,
      client: 'bench',
      scopes: ['aws:read', 'aws:write'],
      groups: [],
    },
    tenant,
  )
}
