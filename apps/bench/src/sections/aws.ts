import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { median, percentile } from '../figures.ts'
import { type Connection, openConnection } from '../load/keep-alive.ts'
import { atRate, flatOut } from '../load/paces.ts'
import { patiently } from '../load/patiently.ts'
import { callOf, echoed } from '../load/requests.ts'
import { troubledAccount } from '../served/aws.ts'
import { connectionTo, noLimits, startGateway } from '../servers/start-gateway.ts'
import { startAws, startServed } from '../servers/start-served.ts'
import type { Bench, Section } from './section.ts'

const tenants = 50
const tool = 'aws_ec2_describe_instances'

/** Requests in a second: what a busy company does, and far from what the machine can, so that it is time and not load that is measured. */
const perSecond = 200

/** Of the tenant in trouble, which tries again and again. */
const troubledPerSecond = 20

/** Calls of each round, so that with 50 tenants all take part. */
const calls = 1_000

/**
 * What a call costs over the same request of the AWS SDK itself, by the users of 50 tenants in turn, each in its own
 * account; and what the others notice when STS throttles one tenant that goes on asking.
 */
export const aws = async (bench: Bench): Promise<Section> => {
  const { signIn, say, rounds } = bench
  await using amazon = await startAws()
  await using bare = await startServed('ceiling', signIn)
  const accounts = Array.from({ length: tenants }, (_, n) => String(100_000_000_000 + n))
  const all = [...accounts, troubledAccount]
  await using gateway = await startGateway(signIn, {
    awsUrl: amazon.origin,
    tenants: all.map((account) => tenantIn(account, connectionTo(signIn))),
  })
  const connect = async (account: string): Promise<Connection> => {
    const token = await signIn.token(gateway.url, `user-of-${account}`, { company: account })
    const troubled = account === troubledAccount
    const shape = {
      ...callOf('modern', tool),
      // Each must see its own account's instances; the one in trouble must be told so, and by nothing else.
      answers: (text: string) =>
        troubled ? /Throttling|rate_limited/.test(text) : text.includes(`of-${account}`),
    }
    return openConnection(gateway.url, token, shape)
  }
  const ours = await Promise.all(accounts.map(connect))
  const direct = ours.map(() => directTo(amazon.origin))
  const bareToken = await bare.token()
  const echo = echoed(callOf('modern', tool))
  const hop = await Promise.all(ours.map(() => openConnection(bare.url, bareToken, echo)))

  const seconds = calls / perSecond
  // As the other sections do: long enough for the compiler of V8 to have seen each way.
  for (const connections of [ours, direct, hop]) await patiently(() => flatOut(connections, 4))
  const taken = {
    direct: [] as Times[],
    hop: [] as Times[],
    ours: [] as Times[],
    besideTrouble: [] as Times[],
  }
  for (let round = 1; round <= rounds; round++) {
    say(`  round ${round} of ${rounds}`)
    taken.direct.push(timesOf(await patiently(() => atRate(direct, perSecond, seconds))))
    taken.hop.push(timesOf(await patiently(() => atRate(hop, perSecond, seconds))))
    taken.ours.push(timesOf(await patiently(() => atRate(ours, perSecond, seconds))))
    // Only now: the gateway ends connections on which nothing is asked.
    const inTrouble = await Promise.all(Array.from({ length: 16 }, () => connect(troubledAccount)))
    const trouble = atRate(inTrouble, troubledPerSecond, seconds)
    taken.besideTrouble.push(timesOf(await patiently(() => atRate(ours, perSecond, seconds))))
    await trouble
    for (const each of inTrouble) each.close()
  }
  for (const each of [...ours, ...direct, ...hop]) each.close()
  return section(taken)
}

interface Times {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

const timesOf = (ascending: readonly number[]): Times => ({
  p50: percentile(ascending, 0.5),
  p95: percentile(ascending, 0.95),
  p99: percentile(ascending, 0.99),
})

const section = ({
  direct,
  hop,
  ours,
  besideTrouble,
}: Record<'direct' | 'hop' | 'ours' | 'besideTrouble', readonly Times[]>): Section => {
  const added = (of: keyof Times) =>
    median(ours.map((each, round) => each[of] - (direct[round]?.[of] ?? Number.NaN)))
  const row = (name: string, times: readonly Times[]) => ({
    name,
    p50Ms: Number(median(times.map(({ p50 }) => p50)).toFixed(3)),
    p95Ms: Number(median(times.map(({ p95 }) => p95)).toFixed(3)),
    p99Ms: Number(median(times.map(({ p99 }) => p99)).toFixed(3)),
  })
  return {
    title: `time of ${tool}, ${calls} calls of ${tenants} tenants in turn at ${perSecond}/s`,
    columns: [
      { key: 'name', title: 'way' },
      { key: 'p50Ms', title: 'p50 ms', digits: 3 },
      { key: 'p95Ms', title: 'p95 ms', digits: 3 },
      { key: 'p99Ms', title: 'p99 ms', digits: 3 },
    ],
    rows: [
      row('AWS SDK, DescribeInstances', direct),
      row('bare Fastify + @fastify/jwt, echo', hop),
      row('gateway, memory', ours),
      row('gateway, memory, while STS throttles another tenant', besideTrouble),
    ],
    figures: {
      aws_added_p50_ms: added('p50'),
      aws_added_p99_ms: added('p99'),
      // What is left of it where HTTP and the token's check, which the SDK alone does not have, are taken off too.
      aws_added_over_http_p50_ms: median(
        ours.map((each, n) => each.p50 - (direct[n]?.p50 ?? Number.NaN) - (hop[n]?.p50 ?? Number.NaN)),
      ),
      neighbour_p95_ratio: median(
        besideTrouble.map((each, round) => each.p95 / (ours[round]?.p95 ?? Number.NaN)),
      ),
    },
  }
}

/** A client of the SDK with credentials at hand, as the gateway has them after the first call. */
const directTo = (endpoint: string): Connection => {
  const client = new EC2Client({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'ASIADIRECT', secretAccessKey: 'bench', sessionToken: 'bench' },
  })
  return {
    async send() {
      await client.send(new DescribeInstancesCommand({ MaxResults: 50 }))
    },
    close: () => client.destroy(),
  }
}

const tenantIn = (accountId: string, connection: object) => ({
  id: `t${accountId}`,
  name: `Tenant of ${accountId}`,
  connections: [{ ...connection, pins: { company: accountId } }],
  accounts: [
    {
      alias: 'main',
      accountId,
      defaultRegion: 'eu-west-1',
      roles: {
        read: {
          roleArn: `arn:aws:iam::${accountId}:role/mcp-gateway-read`,
          externalId: `bench-only-${accountId}`,
        },
      },
    },
  ],
  permissions: { allowedServices: ['ec2', 'sts'], allowedRegions: ['eu-west-1'] },
  limits: noLimits,
})
