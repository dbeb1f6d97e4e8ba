import type { Measured } from '@gateway/domain'
import { Redis, type SentinelConnectionOptions } from 'ioredis'
import { guardCommands } from './guard-commands.ts'
import { longReads } from './long-reads.ts'
import { type RunScript, scriptRunner } from './redis-script.ts'
import { type RedisSubscriber, redisSubscriber } from './redis-subscriber.ts'
import { writeTogether } from './write-together.ts'

/** An open connection to Redis, for the stores of this package. */
export interface RedisConnection extends AsyncDisposable {
  readonly client: Redis
  readonly run: RunScript
  /** Runs scripts with long answers on a connection of their own, made when it is first needed: they delay no other command. */
  readonly runLong: RunScript
  /** A second connection, made when it is first needed. */
  readonly subscriber: RedisSubscriber
  /** Waits for running commands and disconnects; never rejects. */
  close(): Promise<void>
}

/** Sentinels that know which Redis is the master. */
export interface RedisSentinels {
  /** What they call it. */
  readonly name: string
  readonly addresses: readonly { readonly host: string; readonly port: number }[]
  /** Of the sentinels themselves; that of Redis is in its URL. */
  readonly password?: string
}

/** How to open Redis. */
export interface RedisOptions {
  /** Hears of every lost or refused connection, and of what listeners throw; reconnecting goes on by itself. */
  onError(error: Error): void
  /** How long the first connection may take. */
  readonly patienceMs?: number
  /** Who is asked for the master, each time a connection is made; of the URL's address nothing is used then. */
  readonly sentinels?: RedisSentinels | undefined
  /** Counts commands, and that nothing is sent for a while. */
  measured?: Measured | undefined
}

/**
 * Connects to Redis, and rejects if that takes longer than `patienceMs` (5 s). From then on every command answers or
 * rejects within 150 ms, whatever state Redis is in: a request is better refused than left hanging.
 */
export const openRedis = async (
  url: string,
  { onError, patienceMs = 5000, sentinels, measured = () => {} }: RedisOptions,
): Promise<RedisConnection> => {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 500,
    // ioredis runs one automatic pipeline at a time, so a frozen server would hold a second call for twice the
    // command timeout, over the bound of every decision; measured, it also costs more CPU than it saves here.
    enableAutoPipelining: false,
    // Without it a connection that died without a word is only given up when the kernel's retries end, after minutes.
    socketTimeout: 2000,
    // Otherwise what was under way when the connection died is sent again on the next one, seconds after its caller
    // was told that it failed and has perhaps tried again.
    autoResendUnfulfilledCommands: false,
    // Tighter than the default of 5 s, which a short failover would turn into a long outage of ours.
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1000),
    // One that became a replica is not written to any more: a new connection finds the new master.
    reconnectOnError: reconnectsToWrite(),
    // How long a dead connection may take to close, and how often one that is loading is asked whether it is done.
    disconnectTimeout: 500,
    maxLoadingRetryTime: 500,
    ...(sentinels && throughSentinels(url, sentinels)),
  })
  guardCommands(client, measured)
  client.on('error', onError)
  writeTogether(client)
  const subscriber = redisSubscriber(client, onError)
  const long = longReads(client, onError)
  const close = async (): Promise<void> => {
    subscriber.close()
    long.close()
    await client.quit().catch(() => client.disconnect())
  }
  await connected(client, patienceMs)
  const run = scriptRunner(client)
  return { client, run, runLong: long.run, subscriber, close, [Symbol.asyncDispose]: close }
}

/** Not more often than once a second, so that a Redis that stays read-only is not only reconnected to. */
const reconnectsToWrite = (): ((error: Error) => boolean) => {
  let last = Number.NEGATIVE_INFINITY
  return ({ message }) => {
    if (!message.startsWith('READONLY') || performance.now() - last < 1000) return false
    last = performance.now()
    return true
  }
}

type SentinelSettings = Pick<
  SentinelConnectionOptions,
  | 'name'
  | 'sentinels'
  | 'sentinelPassword'
  | 'sentinelCommandTimeout'
  | 'sentinelRetryStrategy'
  | 'enableTLSForSentinelMode'
  | 'sentinelTLS'
>

const throughSentinels = (url: string, sentinels: RedisSentinels): SentinelSettings => {
  const secure = url.startsWith('rediss:')
  return {
    name: sentinels.name,
    sentinels: sentinels.addresses.map((each) => ({ ...each })),
    ...(sentinels.password !== undefined && { sentinelPassword: sentinels.password }),
    sentinelCommandTimeout: 500,
    sentinelRetryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1000),
    ...(secure && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
  }
}

/** Not ioredis's own `connect()`: that rejects at the first refusal, when Redis may only be starting as well. */
const connected = (client: Redis, patienceMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    let last: Error | undefined
    const remember = (error: Error): void => {
      last = error
    }
    const timer = setTimeout(() => {
      client.disconnect()
      reject(
        new Error(`Redis could not be reached within ${patienceMs} ms: ${last?.message ?? 'no answer'}`, {
          cause: last,
        }),
      )
    }, patienceMs)
    client.on('error', remember)
    client.once('ready', () => {
      clearTimeout(timer)
      client.off('error', remember)
      resolve()
    })
  })
