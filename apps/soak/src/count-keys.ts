import { openRedis } from '@gateway/stores'

/** Keys in Redis by their kind: what stands behind the tenant, without the ids. */
export const countKeys = async (redisUrl: string): Promise<Readonly<Record<string, number>>> => {
  await using redis = await openRedis(redisUrl, { onError: () => undefined })
  const counts: Record<string, number> = {}
  for await (const page of redis.client.scanStream({ count: 1000 })) {
    for (const key of page as string[]) {
      const kind = kindOf(key)
      counts[kind] = (counts[kind] ?? 0) + 1
    }
  }
  return counts
}

const kindOf = (key: string): string => {
  const [first = '', second = ''] = key.replace(/^\{[^}]*\}:/, '').split(':')
  return first === 'rec' ? `rec ${second}` : first
}
