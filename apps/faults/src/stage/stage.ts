import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, startRoundRobinProxy } from '@gateway/backends'
import { type Load, type Person, startLoad } from '../load/load.ts'
import type { AuditKeys } from './audit-keys.ts'
import { type AwsFront, openAwsFront } from './aws-front.ts'
import { type Replica, replicaOf } from './replica.ts'
import { seedAws } from './seed.ts'
import type { SharedRedis } from './shared-redis.ts'
import { type Sso, startSso } from './sso.ts'
import { account, bucketOf, companies, tenantsText } from './tenants.ts'

/** All that a fault may strike. */
export interface Stage extends AsyncDisposable {
  readonly redis: SharedRedis
  readonly aws: AwsFront
  readonly sso: Sso
  readonly replicas: readonly [Replica, Replica]
  readonly auditFolder: string
  readonly load: Load
  /** Somebody of the company whose keys nobody has asked for yet. */
  readonly latecomer: Person
}

/** What it is made of. */
export interface StageOptions {
  /** The gateway's `main.ts`. */
  readonly entry: string
  readonly redis: SharedRedis
  /** The AWS stand-in. */
  readonly awsUrl: string
  /** For tenants file and logs. */
  readonly folder: string
  readonly auditFolder: string
  readonly auditKeys: AuditKeys
  readonly seed: number
  readonly nodeOptions?: readonly string[] | undefined
}

/** Starts two gateways behind a balancer, and the load; `redis` is the caller's. */
export const openStage = async (options: StageOptions): Promise<Stage> => {
  const { entry, redis, awsUrl, folder, auditFolder, seed, nodeOptions } = options
  await using stack = new AsyncDisposableStack()
  await seedAws(awsUrl)
  const aws = stack.use(await openAwsFront(awsUrl))
  const sso = stack.use(
    await startSso(
      companies.map(({ id }) => id),
      await freePort(),
    ),
  )
  const tenantsFile = join(folder, 'tenants.json')
  await mkdir(auditFolder, { recursive: true })
  await writeFile(tenantsFile, tenantsText(sso))
  const port = await freePort()
  const publicUrl = `http://127.0.0.1:${port}`
  const env = {
    PATH: '/usr/bin:/bin',
    PUBLIC_URL: publicUrl,
    TENANTS_FILE: tenantsFile,
    STATE_KEY: randomBytes(32).toString('base64'),
    AWS_ENDPOINT_URL: aws.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: 'gateway',
    AWS_SECRET_ACCESS_KEY: 'gateway',
    EXIT_WITH_PARENT: '1',
    LOG_LEVEL: 'warn',
    // Time for the balancer to turn elsewhere.
    DRAIN_DELAY_MS: '500',
    ...options.auditKeys.env,
    ...redis.env,
  }
  const open = async (name: string): Promise<Replica> => {
    const replica = replicaOf({
      entry,
      port: await freePort(),
      env: { ...env, AUDIT_FILE: join(auditFolder, `${name}.audit.jsonl`) },
      logFile: join(folder, `${name}.log`),
    })
    stack.use(replica)
    await replica.start(nodeOptions)
    return replica
  }
  const replicas = await Promise.all([open('first'), open('second')])
  const targets = replicas.map(({ origin }) => origin)
  stack.use(await startRoundRobinProxy({ port, targets, readyPath: '/readyz' }))
  const url = `${publicUrl}/mcp`
  const personOf = (company: string, subject: string, era: Person['era']): Person => {
    const place = { account, bucket: bucketOf(company) }
    return { subject, era, place, signIn: () => sso.token(company, subject, url) }
  }
  const people = (['acme', 'globex'] as const).flatMap((company) =>
    (['modern', 'legacy'] as const).flatMap((era) =>
      [1, 2].map((n) => personOf(company, `${company}-${era}-${n}`, era)),
    ),
  )
  const load = startLoad(url, people, seed)
  stack.defer(load.stop)
  const held = stack.move()
  return {
    ...{ redis, aws, sso, replicas, auditFolder, load },
    latecomer: personOf('initech', 'initech-modern-1', 'modern'),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
