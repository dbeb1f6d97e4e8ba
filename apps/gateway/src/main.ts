import { ConfigurationError } from '@gateway/domain'
import { buildApp } from './app.ts'
import { createDependencies } from './dependencies.ts'
import { drainMs } from './drain-time.ts'
import { scrub } from './scrub.ts'
import { readSettings } from './settings.ts'

const start = async (): Promise<void> => {
  const config = await readSettings(process.env)
  const deps = await createDependencies(config, { env: process.env })
  const servers = [
    ...(config.serves === 'all' ? [{ app: await buildApp(deps), port: config.port }] : []),
    ...(deps.authorization?.app && config.authorization?.port !== undefined
      ? [{ app: deps.authorization.app, port: config.authorization.port }]
      : []),
  ]
  process.on('uncaughtException', (err) => {
    deps.logger.fatal({ err }, 'the process failed')
    process.exit(1)
  })

  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    // Also ends connections that send nothing: Node stops to watch their time limits when it stops listening.
    for (const { app } of servers) setTimeout(() => app.server.closeAllConnections(), drainMs).unref()
    setTimeout(() => process.exit(1), drainMs + 5_000).unref()
    await Promise.all(servers.map(({ app }) => app.close()))
    await deps.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
  // The sandbox holds an IPC channel, so that no gateway outlives it whatever kills it.
  if (config.exitWithParent) process.once('disconnect', stop)

  for (const { app, port } of servers) await app.listen({ host: config.host, port })
}

start().catch((error: unknown) => {
  const known = error instanceof ConfigurationError
  process.stderr.write(`aws-mcp-gateway did not start. ${scrub(textOf(error))}\n`)
  process.exit(known ? 2 : 1)
})

/** Faults of the configuration and of the system speak for themselves; others need their stack. */
const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown failure'
  const plain = error instanceof ConfigurationError || 'syscall' in error
  return plain ? error.message : (error.stack ?? error.message)
}
