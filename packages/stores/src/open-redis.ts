import { Redis } from 'ioredis'
import { type RunScript, scriptRunner } from './redis-script.ts'
import { type RedisSubscriber, redisSubscriber } from './redis-subscriber.ts'
import { writeTogether } from './write-together.ts'

/** An open connection to Redis, for the stores of this package. */
export interface RedisConnection extends AsyncDisposable {
  readonly client: Redis
  readonly run: RunScript
  /** A second connection, made when it is first needed. */
  readonly subscriber: RedisSubscriber
  /** Waits for running commands and disconnects; never rejects. */
  close(): Promise<void>
}

/** How to open Redis. */
export interface RedisOptions {
  /** Hears of every lost or refused connection, and of what listeners throw; reconnecting goes on by itself. */
  onError(error: Error): void
  /** How long the first connection may take. */
  readonly patienceMs?: number
}

/**
 * Connects to Redis, and rejects if that takes longer than `patienceMs` (5 s). From then on every command answers or
 * rejects within moments, whatever state Redis is in: a request is better refused than left hanging.
 */
export const openRedis = async (
  url: string,
  { onError, patienceMs = 5000 }: RedisOptions,
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
  })
  limitCommands(client, commandTimeoutMs)
  client.on('error', onError)
  writeTogether(client)
  const subscriber = redisSubscriber(client, onError)
  const close = async (): Promise<void> => {
    subscriber.close()
    await client.quit().catch(() => client.disconnect())
  }
  await connected(client, patienceMs)
  return { client, run: scriptRunner(client), subscriber, close, [Symbol.asyncDispose]: close }
}

/** How long a command may take. */
const commandTimeoutMs = 100

/**
 * Gives commands up after `ms`, but not before what has arrived is read: where this process was busy for that long, the
 * answer is there, and Redis was not slow. ioredis's own `commandTimeout` does not look.
 */
const limitCommands = (client: Redis, ms: number): void => {
  const send = client.sendCommand.bind(client)
  client.sendCommand = (command, stream) => {
    const timer = setTimeout(() => {
      setImmediate(() => {
        if (!command.isSettled) command.reject(new Error('Command timed out'))
      })
    }, ms)
    const settled = (): void => clearTimeout(timer)
    command.promise.then(settled, settled)
    return send(command, stream)
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
