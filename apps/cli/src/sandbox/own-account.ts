import { writeFile } from 'node:fs/promises'
import { identityOfProfile } from '@gateway/aws'
import { GatewayError } from '@gateway/domain'
import { secretNameOf } from '../sso/secrets.ts'
import { signInClientId } from '../sso/sign-in.ts'
import { SandboxFailure } from './failure.ts'

/** The account of a person's own AWS profile. */
export interface OwnAccount {
  readonly accountId: string
  readonly arn: string
  readonly region: string
}

/** Asks AWS whose profile it is; throws what to do about it where that fails. */
export const findOwnAccount = async (profile: string, endpoint: string | undefined): Promise<OwnAccount> => {
  try {
    const options = endpoint === undefined ? {} : { endpoint }
    const { accountId, arn, region = 'us-east-1' } = await identityOfProfile(profile, options)
    return { accountId, arn, region }
  } catch (thrown) {
    if (thrown instanceof GatewayError) throw new SandboxFailure(thrown.message, thrown)
    throw thrown
  }
}

/** Writes a tenants file with one tenant, `me`, that may read the account and nothing else. */
export const writeOwnTenants = async (file: string, profile: string, own: OwnAccount): Promise<void> => {
  await writeFile(file, JSON.stringify(ownTenants(profile, own), undefined, 2), { mode: 0o600 })
}

/** Those of the named tools. */
const readServices = [
  'budgets',
  'ce',
  'cloudformation',
  'cloudwatch',
  'ec2',
  'iam',
  'lambda',
  'logs',
  'rds',
  's3',
  'servicequotas',
  'sts',
  'tag',
]

/** The document of that file; the same names as in `deploy/local/tenants.yaml`. */
export const ownTenants = (profile: string, { accountId, region }: OwnAccount) => ({
  tenants: [
    {
      id: 'me',
      name: `AWS profile ${profile}`,
      connections: [
        {
          issuer: '${SANDBOX_SSO_URL}/me',
          jwksUri: '${SANDBOX_SSO_INTERNAL_URL}/me/jwks.json',
          clientId: signInClientId,
          clientSecretRef: secretNameOf('me'),
          metadataUrl: '${SANDBOX_SSO_INTERNAL_URL}/me/.well-known/openid-configuration',
          emailDomains: ['me.example'],
          algorithms: ['ES256'],
          typ: ['at+jwt'],
          directTokens: true,
          allowedClients: ['sandbox'],
          groupToScope: { 'aws-readers': ['aws:read'] },
          maxTokenLifeSeconds: 7200,
        },
      ],
      authentication: { profile },
      accounts: [{ alias: 'own', accountId, defaultRegion: region }],
      permissions: {
        allowedServices: [...readServices],
        allowedRegions: [region],
        readOnlyMode: true,
      },
    },
  ],
})
