import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { StoreAwayError } from './store-away.ts'

/**
 * A Lua script that Redis runs as one step. Its text is a string in TypeScript and not a `.lua` file, because it has
 * to survive bundling.
 */
export interface RedisScript {
  readonly text: string
  readonly sha: string
}

/** Runs a script in one round trip; rejects when Redis cannot be reached. Calls are sent in the order they are made. */
export type RunScript = (
  script: RedisScript,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>

/** A script under the hash by which Redis knows it. */
export const redisScript = (text: string): RedisScript => ({
  text,
  sha: createHash('sha1').update(text).digest('hex'),
})

/** Milliseconds after which a script that Redis does not know is not sent again. */
const patienceMs = 40

/**
 * Runs scripts by their hash. Until Redis has answered a script once since it was connected, the text goes along:
 * a call that has to be sent again would come after those that were made later.
 */
export const scriptRunner = (client: Redis): RunScript => {
  const stored = new Set<string>()
  client.on('close', () => stored.clear())
  return async ({ text, sha }, keys, args) => {
    const byText = async (): Promise<unknown> => {
      const reply = await client.eval(text, keys.length, ...keys, ...args)
      stored.add(sha)
      return reply
    }
    if (!stored.has(sha)) return byText()
    const started = performance.now()
    return client.evalsha(sha, keys.length, ...keys, ...args).catch((cause: unknown) => {
      // Somebody flushed the scripts; EVAL runs this one and stores it again. Nothing was done so far.
      if (!(cause instanceof Error && cause.message.startsWith('NOSCRIPT'))) throw cause
      // Both together are one command to whoever waits, and no longer bounded where the first was slow already.
      if (performance.now() - started > patienceMs) throw new StoreAwayError('Command timed out')
      return byText()
    })
  }
}
