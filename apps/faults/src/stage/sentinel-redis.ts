import { startSentinels } from '@gateway/backends'
import type { BackendOptions, SharedRedis } from './shared-redis.ts'

/** A master and its replica, watched by three sentinels, which name the master to the gateways. */
export const openSentinelRedis = async (options: BackendOptions): Promise<SharedRedis> => {
  const group = await startSentinels(options)
  return {
    env: { REDIS_URL: group.url, REDIS_SENTINELS: group.sentinels, REDIS_SENTINEL_NAME: group.name },
    url: group.masterUrl,
    signal: group.signalMaster,
    restart: async () => undefined,
    [Symbol.asyncDispose]: () => group[Symbol.asyncDispose](),
  }
}
