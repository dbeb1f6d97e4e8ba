import { parseTenants } from '@gateway/domain'
import { expect, test } from 'vitest'
import { ownTenants } from './own-account.ts'

const own = { accountId: '012345678901', arn: 'arn:aws:iam::012345678901:user/dev', region: 'eu-central-1' }

test('the file for a profile has one tenant that reads its own account in one region', () => {
  const text = JSON.stringify(ownTenants('work', own)).replaceAll(/\$\{\w+\}/g, 'http://127.0.0.1:3001')
  // Through YAML, because an account id without quotes would lose its leading zero there.
  const [me, ...others] = parseTenants(JSON.parse(text), 'tenants.yaml')
  expect(others).toEqual([])
  expect(me).toMatchObject({
    id: 'me',
    authentication: { profile: 'work' },
    accounts: [{ alias: 'own', accountId: '012345678901', defaultRegion: 'eu-central-1', roles: {} }],
    permissions: { allowedRegions: ['eu-central-1'], readOnlyMode: true },
  })
  expect(me?.connections).toHaveLength(1)
  expect(me?.connections[0]).toMatchObject({
    clientId: 'aws-mcp-gateway',
    clientSecretRef: 'SSO_SECRET_ME',
    metadataUrl: 'http://127.0.0.1:3001/me/.well-known/openid-configuration',
    emailDomains: ['me.example'],
    directTokens: true,
  })
})
