import { startStrictAws } from '@gateway/backends'
import { ConfigurationError, faultOf } from '@gateway/domain'
import { readTenants } from '@gateway/registry'
import { z } from 'zod'
import { gatewayPrincipalArn } from '../seed/role-policies.ts'
import { seed } from '../seed/seed.ts'
import { seedAccess } from '../seed/seed-access.ts'
import { callbackUrl, startSso } from '../sso/start-sso.ts'
import { sandboxUsers } from '../sso/users.ts'
import { standInCredentials } from '../stand-in-credentials.ts'
import { provideSecret } from './provide-secret.ts'
import { signInSecrets } from './sign-in-secrets.ts'

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' })

const port = z.coerce.number().int().min(1).max(65_535)

const environmentSchema = z.object({
  AWS_ENDPOINT_URL: url,
  /** Of the gateway; tokens are for `<PUBLIC_URL>/mcp`, those of operators for `<PUBLIC_URL>/admin`. */
  PUBLIC_URL: url,
  SANDBOX_SSO_URL: url,
  SANDBOX_SSO_INTERNAL_URL: url.optional(),
  TENANTS_FILE: z.string({ error: 'must name a file' }).min(1),
  /** Where the gateway, which shares a volume, finds a key that no compose file could keep secret. */
  STATE_KEY_FILE: z.string().min(1).optional(),
  /** The gateway's authorization server; with it people sign in through a browser. */
  AUTHORIZATION_URL: url.optional(),
  /** A password for the people of an SSO of another make, where one runs beside this. */
  KEYCLOAK_PASSWORD_FILE: z.string().min(1).optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(3001),
  /** Where the stand-in is served behind a judge that refuses what AWS would refuse; without it, it is not. */
  STRICT_AWS_PORT: port.optional(),
})

/**
 * For a container beside a containerised gateway: fills a given AWS stand-in, then serves the development SSO
 * until `stop`. Only here may the SSO bind more than loopback (`HOST`): it gives tokens to whoever asks, so
 * publish its port on the host's loopback alone.
 */
export const runServices = async (
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
  say: (line: string) => void,
): Promise<void> => {
  const parsed = environmentSchema.safeParse(env)
  if (!parsed.success) throw new ConfigurationError('The environment', parsed.error.issues.map(faultOf))
  const { AWS_ENDPOINT_URL, PUBLIC_URL, HOST, PORT, TENANTS_FILE, SANDBOX_SSO_URL } = parsed.data
  const { SANDBOX_SSO_INTERNAL_URL = SANDBOX_SSO_URL } = parsed.data
  const publicUrl = PUBLIC_URL.replace(/\/$/, '')
  const tenants = await readTenants(TENANTS_FILE, { SANDBOX_SSO_URL, SANDBOX_SSO_INTERNAL_URL })

  const { STATE_KEY_FILE, KEYCLOAK_PASSWORD_FILE, AUTHORIZATION_URL } = parsed.data
  for (const file of [STATE_KEY_FILE, KEYCLOAK_PASSWORD_FILE])
    if (file !== undefined) await provideSecret(file)
  const signIn = AUTHORIZATION_URL && {
    redirectUri: callbackUrl(AUTHORIZATION_URL.replace(/\/$/, '')),
    secrets: await signInSecrets(tenants, env),
  }
  const access = seedAccess(AWS_ENDPOINT_URL)
  const seeded = await seed({ access, tenants, signal: stop })
    .catch((thrown: unknown) => {
      if (!stop.aborted) throw thrown
    })
    .finally(access.close)
  if (!seeded) return
  const { requests, skipped } = seeded
  say(`AWS data: ${requests} requests${skipped.length > 0 ? `; already there: ${skipped.join(', ')}` : ''}`)

  await using started = new AsyncDisposableStack()
  const { STRICT_AWS_PORT } = parsed.data
  if (STRICT_AWS_PORT !== undefined) {
    const principals = { [standInCredentials.accessKeyId]: gatewayPrincipalArn }
    const where = { host: HOST, port: STRICT_AWS_PORT }
    started.use(await startStrictAws({ upstream: AWS_ENDPOINT_URL, principals, ...where }))
    say(`AWS behind a judge: port ${STRICT_AWS_PORT}`)
  }

  // Listening is the sign for a healthcheck that the data is there.
  const sso = await startSso({
    tenants: tenants.map(({ id, name }) => ({ id, name, users: sandboxUsers })),
    resource: `${publicUrl}/mcp`,
    adminResource: `${publicUrl}/admin`,
    port: PORT,
    ...(signIn && { signIn }),
    container: { host: HOST, publicUrl: SANDBOX_SSO_URL, internalUrl: SANDBOX_SSO_INTERNAL_URL },
  })
  const [tenant] = tenants
  say(`Sign-in: ${sso.url}. A token: curl -s ${sso.url}/${tenant?.id}/token -d user=reader`)
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }))
  await sso.stop()
}
