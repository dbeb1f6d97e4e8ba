import type { SessionStore } from '@gateway/domain'
import type { RedisConnection } from './open-redis.ts'
import { decodeSession, encodeSession, newSessionKey, sessionKey } from './session-record.ts'

/** Sessions in Redis, for any number of replicas; the process itself keeps nothing of them. */
export const redisSessionStore = (
  { client }: RedisConnection,
  { ttlSeconds }: { readonly ttlSeconds: number },
): SessionStore => ({
  async create(session) {
    await client.set(newSessionKey(session), encodeSession(session), 'EX', ttlSeconds)
  },
  async find(tenantId, id) {
    const key = sessionKey(tenantId, id)
    if (key === undefined) return undefined
    const text = await client.getex(key, 'EX', ttlSeconds)
    return text === null ? undefined : decodeSession(tenantId, id, text)
  },
  async remove(tenantId, id) {
    const key = sessionKey(tenantId, id)
    return key !== undefined && (await client.del(key)) === 1
  },
})
