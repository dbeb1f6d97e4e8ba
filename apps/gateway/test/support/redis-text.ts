import { openRedis } from '@gateway/stores'

/** All that a Redis holds, its keys and its values, one key to an entry. */
export const redisText = async (url: string): Promise<ReadonlyMap<string, string>> => {
  await using redis = await openRedis(url, { onError: () => undefined })
  const { client } = redis
  const held = new Map<string, string>()
  for await (const page of client.scanStream({ count: 1000 })) {
    for (const key of page as string[]) {
      const kind = await client.type(key)
      const read = readers[kind]
      // One that ended between the two has nothing to tell.
      if (kind === 'none') continue
      if (!read) throw new Error(`${key} is a ${kind}, which is not read`)
      held.set(key, `${key} ${JSON.stringify(await read(client, key))}`)
    }
  }
  return held
}

type Client = Awaited<ReturnType<typeof openRedis>>['client']

const readers: Readonly<Record<string, (client: Client, key: string) => Promise<unknown>>> = {
  string: (client, key) => client.get(key),
  hash: (client, key) => client.hgetall(key),
  list: (client, key) => client.lrange(key, 0, -1),
  set: (client, key) => client.smembers(key),
  zset: (client, key) => client.zrange(key, '0', '-1'),
  stream: (client, key) => client.xrange(key, '-', '+'),
}
