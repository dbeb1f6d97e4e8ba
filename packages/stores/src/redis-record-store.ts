import { type RecordKey, type RecordStore, tenantKey } from '@gateway/domain'
import type { RedisConnection } from './open-redis.ts'
import { newRecordKey, recordKey } from './record-key.ts'
import { createScript, replaceScript } from './record-scripts.ts'
import { removeScript } from './remove-script.ts'

/** Records in Redis, for any number of replicas; Redis's clock is the one they live by. */
export const redisRecordStore = ({ client, run }: RedisConnection): RecordStore => ({
  async create(record, value, { ttlSeconds, maxPerTenant, maxPerOwner = maxPerTenant }) {
    const keys = [newRecordKey(record), ...indexKeys(record)]
    const bounds = [maxPerTenant, maxPerOwner].slice(0, keys.length - 1)
    const reply = await run(createScript, keys, [memberOf(record), value, ttlSeconds, ...bounds])
    if (reply !== 'created' && reply !== 'exists' && reply !== 'full') {
      throw new Error('the script that creates records gave an unknown answer')
    }
    return reply
  },
  async get(record) {
    const key = recordKey(record)
    return key === undefined ? undefined : ((await client.get(key)) ?? undefined)
  },
  async replace(record, from, to, ttlSeconds) {
    const key = recordKey(record)
    if (key === undefined) return false
    const keys = [key, ...indexKeys(record)]
    return (await run(replaceScript, keys, [memberOf(record), from, to, ttlSeconds])) === 1
  },
  async remove(record) {
    const key = recordKey(record)
    if (key === undefined) return false
    const [index, ...others] = indexKeys(record)
    for (const each of others) await client.zrem(each, memberOf(record))
    return (await run(removeScript, [index, key], [memberOf(record)])) === 1
  },
})

const indexKeys = ({ tenantId, kind, owner }: RecordKey): readonly [string, ...string[]] => {
  const ofTenant = tenantKey(tenantId, 'recs', kind)
  return owner === undefined ? [ofTenant] : [ofTenant, tenantKey(tenantId, 'recs', kind, owner)]
}

/** Two owners may each have a record of the same id. */
const memberOf = ({ id, owner }: RecordKey): string => (owner === undefined ? id : `${owner}:${id}`)
