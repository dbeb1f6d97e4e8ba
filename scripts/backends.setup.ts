import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provideChromium, startAwsStandIn, startRedis, startStrictAws } from '@gateway/backends'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A real Redis of this run. */
    redisUrl: string
    /** moto, the AWS stand-in of this run. */
    awsUrl: string
    /**
     * The same moto behind a judge that refuses what AWS would refuse. The keys `gateway`, `sandbox` and `test` are those
     * of the gateway's role; a test that wants troubles, or to see the requests, starts a front of its own.
     */
    strictAwsUrl: string
    /** An empty folder of this run, for what is made once and used by many files. */
    runFolder: string
  }
}

/** Starts the backends of the integration and end-to-end tests; without them the run fails and says what to install. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const cacheDir = join(import.meta.dirname, '..', '.cache')
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const options = { cacheDir, say, mayInstall: true, env: process.env }
  const [redis, aws] = await Promise.all([
    startRedis(options).then(async (started) => {
      // Here, because it takes longer than a test may; where there is none, the tests that need it say so.
      await provideChromium(options).catch(({ message }: Error) => say(message))
      return started
    }),
    startAwsStandIn(options),
  ])
  const gateway = 'arn:aws:iam::123456789012:role/mcp-gateway'
  const principals = { gateway, sandbox: gateway, test: gateway }
  const runFolder = await mkdtemp(join(tmpdir(), 'gateway-run-'))
  const strict = await startStrictAws({ upstream: aws.url, principals })
  say(`${project.name} tests use ${redis.how} and ${aws.how}`)
  project.provide('redisUrl', redis.url)
  project.provide('awsUrl', aws.url)
  project.provide('strictAwsUrl', strict.url)
  project.provide('runFolder', runFolder)
  return async () => {
    await Promise.all([redis.stop(), aws.stop(), strict.stop(), rm(runFolder, { recursive: true })])
  }
}
