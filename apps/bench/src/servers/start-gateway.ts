import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type SignIn } from '@gateway/backends'
import { type Contender, contender, source, startNode, untilAnswers } from './contender.ts'

/** How a gateway differs from the smallest one. */
export interface GatewayOptions {
  /** Memory stores if left out. */
  readonly redisUrl?: string
  /** Trivial tools on top of the catalogue and the fixtures. */
  readonly extraTools?: number
  /** Other tenants than the one of the bench; they sign in alike. */
  readonly tenants?: readonly object[]
  /** All of AWS. */
  readonly awsUrl?: string
  /** URL of the replica whose audience and host name it shares; its own if left out. */
  readonly replicaOf?: string
}

const tenantId = 'bench'

/** Starts the real gateway, all of its line, with the fixture tools and limits that the load does not reach. */
export const startGateway = async (
  signIn: SignIn,
  { redisUrl, extraTools = 0, tenants = [], awsUrl, replicaOf }: GatewayOptions = {},
): Promise<Contender> => {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const publicUrl = replicaOf === undefined ? origin : new URL(replicaOf).origin
  const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'))
  const tenantsFile = join(folder, 'tenants.json')
  writeFileSync(tenantsFile, JSON.stringify({ tenants: tenants.length > 0 ? tenants : [tenant(signIn)] }))
  const child = startNode([source('../../gateway/src/main.ts')], {
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    TENANTS_FILE: tenantsFile,
    AUDIT_FILE: join(folder, 'audit.jsonl'),
    EXIT_WITH_PARENT: '1',
    // There is no AWS behind it that checks who comes.
    ROLE_VERIFICATION: '0',
    ...(tenants.length === 0 && { FIXTURE_TENANT: tenantId, FIXTURE_EXTRA_TOOLS: String(extraTools) }),
    ...(awsUrl !== undefined && {
      AWS_ENDPOINT_URL: awsUrl,
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_EC2_METADATA_DISABLED: 'true',
    }),
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl, STATE_KEY: Buffer.alloc(32, 7).toString('base64') }),
  })
  await untilAnswers(`${origin}/readyz`, child)
  return contender(child, { url: `${origin}/mcp`, signIn, audience: `${publicUrl}/mcp` })
}

const tenant = (signIn: SignIn) => ({
  id: tenantId,
  name: 'Bench',
  connections: [connectionTo(signIn)],
  accounts: [
    {
      alias: 'main',
      accountId: '111111111111',
      defaultRegion: 'eu-west-1',
      roles: {
        read: { roleArn: 'arn:aws:iam::111111111111:role/mcp-gateway-read', externalId: 'bench-only' },
      },
    },
  ],
  permissions: { allowedServices: ['ec2', 's3', 'sts'], allowedRegions: ['eu-west-1'] },
  limits: noLimits,
})

/** The connection of a tenant to the sign-in of the bench. */
export const connectionTo = ({ issuer }: SignIn) => ({
  issuer,
  jwksUri: issuer,
  algorithms: ['ES256'],
  directTokens: true,
  allowedClients: ['suite'],
})

/** Limits that no load reaches. */
export const noLimits = {
  tenant: { perMinute: 1_000_000, burst: 100_000 },
  user: { perMinute: 1_000_000, burst: 100_000 },
  streams: { tenant: 100_000, user: 10_000 },
  aws: { ec2: { perMinute: 1_000_000, burst: 100_000 }, sts: { perMinute: 1_000_000, burst: 100_000 } },
}
