import { startRedis } from '@gateway/backends'
import { redisPid } from './redis-server.ts'
import { openRedisWay, type RedisWay } from './redis-way.ts'

/** The Redis of both gateways, as a fault may strike it. */
export interface SharedRedis extends AsyncDisposable {
  /** Settings by which a gateway finds it. */
  readonly env: Readonly<Record<string, string>>
  /** Of the server that takes writes, past the network before it; rejects where there is none just now. */
  url(): Promise<string>
  /** The network before it; absent where there are several servers. */
  readonly way?: RedisWay
  /** Sends a signal to the server that takes writes. */
  signal(signal: NodeJS.Signals): Promise<void>
  /** Starts it again, empty, at its address, where it was killed. */
  restart(): Promise<void>
}

/** How backends are started, which are processes of this machine: what runs in a container takes no signals from here. */
export type BackendOptions = Parameters<typeof startRedis>[0]

/** One Redis behind a network that can be slow. */
export const openSingleRedis = async (options: BackendOptions): Promise<SharedRedis> => {
  await using stack = new AsyncDisposableStack()
  const first = stack.use(await startRedis(options))
  const way = stack.use(await openRedisWay(first.url))
  const port = Number(new URL(first.url).port)
  const pid = await redisPid(first.url)
  const servers = stack.move()
  return {
    env: { REDIS_URL: way.url },
    url: async () => first.url,
    way,
    async signal(signal) {
      process.kill(pid, signal)
    },
    async restart() {
      servers.use(await startRedis({ ...options, port }))
    },
    // One that is stopped ends by nothing but SIGKILL, which comes after the time that it has to end by itself.
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  }
}
