import { connect } from 'node:net'
import { startBackend } from './backend.ts'
import type { Backend, BackendKind, BackendOptions, Setup } from './backend-kind.ts'
import { findOnPath, installDebianPackage } from './programs.ts'

const pingLimitMs = 1000

/** Starts an empty Redis that keeps nothing on disk. */
export const startRedis = (options: BackendOptions): Promise<Backend> => startBackend(redis, options)

const findRedisServer = async (setup: Setup): Promise<string> => {
  const installed = findOnPath('redis-server', setup.env)
  if (installed) return installed
  await installDebianPackage('redis-server', setup)
  const found = findOnPath('redis-server', setup.env)
  if (found) return found
  throw new Error(
    'Redis: no Docker engine answers and redis-server is not on the PATH. ' +
      'Start Docker or install Redis 7 (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis).',
  )
}

const ping = async (url: string): Promise<void> => {
  const { hostname, port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect({ host: hostname, port: Number(port) }, () => socket.write('PING\r\n'))
  socket.setTimeout(pingLimitMs, () => socket.destroy(new Error('no answer to PING')))
  socket.once('data', (answer) => {
    if (answer.toString().startsWith('+PONG')) resolve()
    else reject(new Error('an answer that is not PONG'))
  })
  socket.once('error', reject)
  socket.once('close', () => reject(new Error('closed before PONG')))
  try {
    await promise
  } finally {
    socket.destroy()
  }
}

/** Redis, as it is started in a container or as a process. */
export const redis: BackendKind = {
  image: 'redis:7-alpine',
  containerPort: 6379,
  environment: {},
  url: (host, port) => `redis://${host}:${port}`,
  ready: ping,
  async findProgram(setup) {
    return {
      how: 'local redis-server',
      command: await findRedisServer(setup),
      args: (port) => ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    }
  },
}
