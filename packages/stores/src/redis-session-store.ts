import type { SessionStore } from '@gateway/domain'
import type { RedisConnection } from './open-redis.ts'
import { redisScript } from './redis-script.ts'
import { decodeSession, encodeSession, newSessionKey, sessionKey } from './session-record.ts'

/** Sessions in Redis, for any number of replicas; the process itself keeps nothing of them. */
export const redisSessionStore = (
  { client, run }: RedisConnection,
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
  async update(tenantId, id, change) {
    const key = sessionKey(tenantId, id)
    if (key === undefined) return undefined
    let from: unknown = await client.get(key)
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const session = typeof from === 'string' ? decodeSession(tenantId, id, from) : undefined
      if (typeof from !== 'string' || !session) return undefined
      const changed = { ...change(session), id, tenantId }
      const reply = await run(changeScript, [key], [from, encodeSession(changed), ttlSeconds])
      if (reply === 1) return changed
      from = reply
    }
    throw new Error(`a session was changed ${maxAttempts} times while it was to be changed once`)
  },
  async remove(tenantId, id) {
    const key = sessionKey(tenantId, id)
    return key !== undefined && (await client.del(key)) === 1
  },
})

/** Of several who change one session at once, one succeeds in every round: enough for far more than one client's. */
const maxAttempts = 32

/** KEYS: the session. ARGV: its text as it was read, its new text, seconds to live. Answers 1, or what it is by now. */
const changeScript = redisScript(`
local now = redis.call('GET', KEYS[1])
if now ~= ARGV[1] then return now end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
`)
