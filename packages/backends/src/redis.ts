import { connect } from 'node:net'
import { startBackend } from './backend.ts'
import type { Backend, BackendKind, BackendOptions, Setup } from './backend-kind.ts'
import { findOnPath, installDebianPackage } from './programs.ts'

const PING_LIMIT_MS = 1000

const REDIS: BackendKind = {
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

/** Starts an empty Redis that keeps nothing on disk. */
export function startRedis(options: BackendOptions): Promise<Backend> {
  return startBackend(REDIS, options)
}

async function findRedisServer(setup: Setup): Promise<string> {
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

async function ping(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect({ host: hostname, port: Number(port) }, () => socket.write('PING\r\n'))
  socket.setTimeout(PING_LIMIT_MS, () => socket.destroy(new Error('no answer to PING')))
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
