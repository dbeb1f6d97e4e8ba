import { createWriteStream, existsSync } from 'node:fs'
import { type RequestOptions, request } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Backend, BackendKind, Setup } from './backend-kind.ts'
import { waitUntilReady } from './readiness.ts'

const pingLimitMs = 800

/** Says within a second whether a Docker engine answers where testcontainers would look for one. */
export const engineAnswers = async (env: NodeJS.ProcessEnv): Promise<boolean> => {
  const target = engineAddress(env)
  if (!target) return false
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const signal = AbortSignal.timeout(pingLimitMs)
  const ping = request({ ...target, path: '/_ping', agent: false, signal }, (response) => {
    response.on('error', () => {}).resume()
    // Any answer counts: an engine behind TLS says 400 to plain HTTP, and testcontainers knows how to talk to it.
    resolve(true)
  })
  ping.on('error', () => resolve(false))
  ping.end()
  return promise
}

/** Starts a backend's image; the engine pulls it if it is missing. */
export const startInContainer = async (kind: BackendKind, setup: Setup): Promise<Backend> => {
  setup.say(`starting container ${kind.image} (pulled when missing)`)
  // Loaded late: it takes a while, and machines without an engine never need it.
  const { GenericContainer } = await import('testcontainers')
  const host = setup.port
  const definition = new GenericContainer(kind.image)
    .withEnvironment(kind.environment)
    .withExposedPorts(host === undefined ? kind.containerPort : { container: kind.containerPort, host })
  if (kind.entrypoint) definition.withEntrypoint([...kind.entrypoint])
  const { logFile } = setup
  if (logFile) definition.withLogConsumer((stream) => stream.pipe(createWriteStream(logFile)))
  const container = await definition.start()
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= container.stop().then(() => {})
    return stopped
  }
  // Loopback first: testcontainers, itself in a container, names the bridge's gateway even for an engine beside it.
  const urls = ['127.0.0.1', container.getHost()].map((name) => {
    return kind.url(name, container.getMappedPort(kind.containerPort))
  })
  try {
    const url = await waitUntilReady(
      () => firstReady(kind, urls),
      () => false,
    )
    return { url, how: `container ${kind.image}`, stop, [Symbol.asyncDispose]: stop }
  } catch (cause) {
    await stop()
    throw cause
  }
}

const firstReady = async (kind: BackendKind, urls: string[]): Promise<string> => {
  let last: unknown
  for (const url of urls) {
    try {
      await kind.ready(url)
      return url
    } catch (cause) {
      last = cause
    }
  }
  throw last
}

const engineAddress = (env: NodeJS.ProcessEnv): RequestOptions | undefined => {
  if (env.DOCKER_HOST) {
    const { protocol, pathname, hostname, port } = new URL(env.DOCKER_HOST)
    if (protocol === 'unix:') return { socketPath: pathname }
    return { hostname, port: port || 2375 }
  }
  const candidates = [
    '/var/run/docker.sock',
    join(env.XDG_RUNTIME_DIR ?? '/run', 'docker.sock'),
    join(homedir(), '.docker', 'run', 'docker.sock'),
    join(homedir(), '.docker', 'desktop', 'docker.sock'),
  ]
  const socketPath = candidates.find((path) => existsSync(path))
  return socketPath ? { socketPath } : undefined
}
