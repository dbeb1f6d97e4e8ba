import type { Redis } from 'ioredis'
import { type RunScript, scriptRunner } from './redis-script.ts'
import { StoreAwayError } from './store-away.ts'

/** Milliseconds for one script. */
const commandTimeout = 500

/**
 * Runs scripts over the address and settings of `commands` on a connection of their own. What decides about requests is not
 * behind them there: on one connection an answer that takes its time keeps back all that come after it.
 */
export const longReads = (
  commands: Redis,
  onError: (error: Error) => void,
): { readonly run: RunScript; close(): void } => {
  const client = commands.duplicate({ lazyConnect: true, commandTimeout })
  client.on('error', onError)
  const run = scriptRunner(client)
  let opening: Promise<void> | undefined
  const connected = async (): Promise<void> => {
    if (client.status === 'wait') {
      opening = client.connect().finally(() => {
        opening = undefined
      })
    }
    await opening
    if (client.status !== 'ready')
      throw new StoreAwayError('Redis cannot be reached: nothing long can be read')
  }
  return {
    async run(...script) {
      await connected()
      return run(...script)
    },
    close: () => client.disconnect(),
  }
}
