import { devNull } from 'node:os'
import { secretNameOf } from '../sso/secrets.ts'
import { operatorsUrl } from '../sso/start-sso.ts'
import { operatorGroup } from '../sso/users.ts'
import { standInCredentials } from '../stand-in-credentials.ts'

/** Refuses every connection: nothing listens on tcpmux, and only root could. */
export const noAwsEndpoint = 'http://127.0.0.1:1'

/** Closes the other ways to a real AWS account: the files in the home folder and the metadata service. */
export const noOwnAws: NodeJS.ProcessEnv = {
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: 'true',
}

/** What the gateway is told beside its AWS. */
export interface GatewaySettings {
  readonly port: number
  readonly publicUrl: string
  readonly ssoUrl: string
  /** Its authorization server, at an origin of its own; client secrets of the companies' sign-ins by tenant. */
  readonly authorization: {
    readonly url: string
    readonly port: number
    readonly secrets: ReadonlyMap<string, string>
  }
  readonly tenantsFile: string
  readonly audit: { readonly file: string; readonly signingKeyFile: string; readonly hmacKeyFile: string }
  /** For what outlives the process in Redis; absent where nothing does, or where the person's own key is used. */
  readonly stateKey?: string
  /** IAM role of the gateway; with it the gateway has operators, who sign in at the same SSO. */
  readonly gatewayRoleArn?: string
}

/** Where the gateway finds AWS: the stand-in, or the real one with a profile of the person at the keyboard. */
export type GatewayAws = { readonly endpoint: string } | { readonly profile: string }

/** Environment of the gateway; of the person's own AWS configuration it has exactly what `aws` means. */
export const gatewayEnvironment = (
  own: NodeJS.ProcessEnv,
  settings: GatewaySettings,
  aws: GatewayAws,
): NodeJS.ProcessEnv => ({
  LOG_LEVEL: 'warn',
  ...withoutAws(own),
  ...('profile' in aws ? profileSettings(own, aws.profile) : standInSettings(aws.endpoint)),
  HOST: '127.0.0.1',
  PORT: String(settings.port),
  PUBLIC_URL: settings.publicUrl,
  TENANTS_FILE: settings.tenantsFile,
  ...auditSettings(settings),
  SANDBOX_SSO_URL: settings.ssoUrl,
  SANDBOX_SSO_INTERNAL_URL: settings.ssoUrl,
  ...authorizationSettings(settings),
  ...adminSettings(settings),
  ...(settings.stateKey !== undefined && { STATE_KEY: settings.stateKey }),
  EXIT_WITH_PARENT: '1',
})

const auditSettings = ({ audit }: GatewaySettings): NodeJS.ProcessEnv => ({
  AUDIT_FILE: audit.file,
  // Those of the person are of another gateway.
  AUDIT_SIGNING_KEY: '',
  AUDIT_SIGNING_KEY_FILE: audit.signingKeyFile,
  AUDIT_HMAC_KEY: '',
  AUDIT_HMAC_KEY_FILE: audit.hmacKeyFile,
})

const authorizationSettings = ({ authorization }: GatewaySettings): NodeJS.ProcessEnv => ({
  AUTHORIZATION_URL: authorization.url,
  AUTHORIZATION_PORT: String(authorization.port),
  ...Object.fromEntries([...authorization.secrets].map(([id, secret]) => [secretNameOf(id), secret])),
})

const adminSettings = ({ ssoUrl, gatewayRoleArn }: GatewaySettings): NodeJS.ProcessEnv =>
  gatewayRoleArn === undefined
    ? {}
    : {
        ADMIN_ISSUER: operatorsUrl(ssoUrl),
        ADMIN_JWKS_URI: `${operatorsUrl(ssoUrl)}/jwks.json`,
        ADMIN_GROUP: operatorGroup,
        ADMIN_CLIENTS: 'sandbox',
        GATEWAY_ROLE_ARN: gatewayRoleArn,
        // The judge before the stand-in refuses what AWS would refuse, so roles are what they are found to be.
        ROLE_VERIFICATION: '1',
      }

/** `env` without the AWS configuration of whoever started us. */
export const withoutAws = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.toUpperCase().startsWith('AWS_')))

/**
 * What a profile needs. Keys in the environment are not among it: they would be another identity than the
 * profile's.
 */
export const profileSettings = (own: NodeJS.ProcessEnv, profile: string): NodeJS.ProcessEnv => ({
  // Not for credentials, but the SDK reads the other settings of a profile, such as endpoint_url, of this one only.
  AWS_PROFILE: profile,
  ...Object.fromEntries(
    ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_ENDPOINT_URL']
      .filter((name) => own[name])
      .map((name) => [name, own[name]]),
  ),
})

const standInSettings = (endpoint: string): NodeJS.ProcessEnv => ({
  ...noOwnAws,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: standInCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: standInCredentials.secretAccessKey,
})
