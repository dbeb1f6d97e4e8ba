import type { Redis } from 'ioredis'
import { type Listener, tellAll } from './listeners.ts'

/** The channels of Redis that this process hears, all on one connection. */
export interface RedisSubscriber {
  /**
   * Hears every message to a channel until the returned function is called, and `undefined` when messages may have
   * been missed. Rejects when Redis cannot be reached.
   */
  listen(channel: string, hear: (message: string | undefined) => void): Promise<() => void>
  /** Ends the connection; nobody hears anything any more. */
  close(): void
}

/** How often an idle connection is asked whether it still lives. */
const pingMs = 1000

/** Channels that are subscribed to by one command after a lost connection. */
const channelsAtOnce = 500

/**
 * A subscriber over the address and settings of `commands`, connected when somebody listens first. However many
 * listen to a channel, Redis has one subscription of this process, and none after the last of them has gone.
 */
export const redisSubscriber = (commands: Redis, onError: (error: Error) => void): RedisSubscriber => {
  const channels = new Map<string, Channel>()
  const client = commands.duplicate({
    lazyConnect: true,
    // No decision about a request waits for a subscription, and thousands may be renewed at once.
    commandTimeout: 500,
    // ioredis's own way does not handle a refused renewal: an unhandled rejection, which ends the process.
    autoResubscribe: false,
  })
  let opening: Promise<void> | undefined

  const connected = async (): Promise<void> => {
    if (client.status === 'wait') {
      // A connection that hears nothing looks like one that died without a word; `socketTimeout` ends the latter.
      const timer = setInterval(() => client.ping().catch(ignore), pingMs).unref()
      client.once('end', () => clearInterval(timer))
      opening = client.connect().finally(() => {
        opening = undefined
      })
    }
    await opening
    if (client.status !== 'ready') throw new Error('Redis cannot be reached: no channel can be listened to')
  }

  const subscribed = (name: string): Channel => {
    const known = channels.get(name)
    if (known) return known
    const channel = { listeners: new Set<Listener<string | undefined>>(), ready: client.subscribe(name) }
    channels.set(name, channel)
    return channel
  }

  const leave = (name: string, channel: Channel, listener: Listener<string | undefined>): void => {
    channel.listeners.delete(listener)
    if (channel.listeners.size > 0 || channels.get(name) !== channel) return
    channels.delete(name)
    client.unsubscribe(name).catch(ignore)
  }

  const resubscribe = async (): Promise<void> => {
    const all = [...channels.keys()]
    for (let from = 0; from < all.length; from += channelsAtOnce) {
      const names = all.slice(from, from + channelsAtOnce).filter((name) => channels.has(name))
      if (names.length > 0) await client.subscribe(...names)
      for (const name of names) tellAll(channels.get(name)?.listeners ?? [], undefined, onError)
    }
  }

  client.on('error', onError)
  client.on('message', (name: string, message: string) => {
    tellAll(channels.get(name)?.listeners ?? [], message, onError)
  })
  client.on('ready', () => {
    resubscribe().catch((error: Error) => {
      if (client.status !== 'ready') return // The next connection does it.
      onError(error)
      client.disconnect(true)
    })
  })

  return {
    async listen(name, hear) {
      await connected()
      const channel = subscribed(name)
      const listener = { hear }
      channel.listeners.add(listener)
      try {
        await channel.ready
      } catch (cause) {
        leave(name, channel, listener)
        throw cause
      }
      return () => leave(name, channel, listener)
    },
    close() {
      channels.clear()
      client.disconnect()
    },
  }
}

interface Channel {
  readonly listeners: Set<Listener<string | undefined>>
  readonly ready: Promise<unknown>
}

/** What fails here only because the connection is lost, of which `onError` hears. */
const ignore = (): void => {}
