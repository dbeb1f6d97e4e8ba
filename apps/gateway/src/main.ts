import { ConfigurationError } from '@gateway/domain'
import { buildApp } from './app.ts'
import { createDependencies } from './dependencies.ts'
import { closeMs, drainMs } from './drain-time.ts'
import { serveMetrics } from './open-observation.ts'
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
  const internal = config.metrics && (await serveMetrics(config.metrics, deps))
  process.on('uncaughtException', (err) => {
    deps.logger.fatal({ err }, 'the process failed')
    process.exit(1)
  })

  let stopping = false
  const stop = async (exitCode: 0 | 1 = 0): Promise<void> => {
    if (stopping) return
    stopping = true
    const patience = config.drainDelayMs + drainMs
    const drained = performance.now() + patience
    deps.drain()
    // Also ends connections that send nothing: Node stops to watch their time limits when it stops listening.
    for (const { app } of servers) setTimeout(() => app.server.closeAllConnections(), patience).unref()
    setTimeout(() => process.exit(1), patience + closeMs).unref()
    await Promise.all(servers.map(({ app }) => app.close()))
    await deps.close(Math.max(0, drained - performance.now()))
    await internal?.close()
    process.exit(exitCode)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop())
  // The sandbox holds an IPC channel, so that no gateway outlives it whatever kills it.
  if (config.exitWithParent) process.once('disconnect', () => stop())
  void deps.overload?.stuck.then(() => {
    deps.logger.fatal(
      { reason: 'memory' },
      'memory has been used up for minutes; the process ends, to be started anew',
    )
    return stop(1)
  })

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
