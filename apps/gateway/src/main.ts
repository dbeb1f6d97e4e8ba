import { ConfigurationError } from '@gateway/domain'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { createDependencies } from './dependencies.ts'
import { readTenants } from './tenants-source.ts'

/** Time for running calls to end after SIGTERM, below the 30 s that orchestrators give. */
const drainMs = 20_000

const start = async (): Promise<void> => {
  const config = readConfig(process.env)
  const deps = await createDependencies(config, await readTenants(config.tenantsFile, process.env))
  const app = await buildApp(deps)

  const stop = async (): Promise<void> => {
    setTimeout(() => process.exit(1), drainMs).unref()
    await app.close()
    await deps.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop)
  // The sandbox holds an IPC channel, so that no gateway outlives it whatever kills it.
  if (process.env.EXIT_WITH_PARENT === '1') process.once('disconnect', stop)

  await app.listen({ host: config.host, port: config.port })
}

start().catch((error: unknown) => {
  const known = error instanceof ConfigurationError
  const text = known
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : 'unknown failure'
  process.stderr.write(`aws-mcp-gateway did not start. ${text}\n`)
  process.exit(known ? 2 : 1)
})
