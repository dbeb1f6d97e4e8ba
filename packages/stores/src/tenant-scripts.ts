import { redisScript } from './redis-script.ts'
import { changedChannel } from './registry-key.ts'

/*
 * KEYS of both: a tenant, then ids, retired ids, claims and issuers of the registry, and the tenant's verifications. A
 * tenant is a hash of its document, its version, and what it holds (JSON lists): its claims, and its members in the index
 * of issuers.
 */
const common = `
local id, expected = ARGV[1], ARGV[2]
local function announce() redis.call('PUBLISH', '${changedChannel}', id) end
local function free()
  local held = redis.call('HMGET', KEYS[1], 'claims', 'issuers')
  for _, claim in ipairs(cjson.decode(held[1] or '[]')) do redis.call('HDEL', KEYS[4], claim) end
  for _, member in ipairs(cjson.decode(held[2] or '[]')) do redis.call('ZREM', KEYS[5], member) end
end
`

/**
 * ARGV: id, expected version, document, claims, members in the index of issuers, role ARNs. Answers `retired`, or one of
 * `stale` and `written` with the version, or `claimed` with the claim.
 */
export const writeTenantScript = redisScript(`${common}
if redis.call('SISMEMBER', KEYS[3], id) == 1 then return {'retired'} end
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if version ~= expected then return {'stale', tonumber(version)} end
local claims, members = cjson.decode(ARGV[4]), cjson.decode(ARGV[5])
local named = {}
for _, role in ipairs(cjson.decode(ARGV[6])) do named[role] = true end
for _, claim in ipairs(claims) do
  local holder = redis.call('HGET', KEYS[4], claim)
  if holder and holder ~= id then return {'claimed', claim} end
end
free()
for _, claim in ipairs(claims) do redis.call('HSET', KEYS[4], claim, id) end
for _, member in ipairs(members) do redis.call('ZADD', KEYS[5], 0, member) end
redis.call('ZADD', KEYS[2], 0, id)
redis.call('HSET', KEYS[1], 'version', version + 1, 'document', ARGV[3], 'claims', ARGV[4], 'issuers', ARGV[5])
for _, role in ipairs(redis.call('HKEYS', KEYS[6])) do
  if not named[role] then redis.call('HDEL', KEYS[6], role) end
end
announce()
return {'written', version + 1}
`)

/** ARGV: id, expected version. Answers 1 if the tenant was removed. */
export const removeTenantScript = redisScript(`${common}
if redis.call('HGET', KEYS[1], 'version') ~= expected then return 0 end
free()
redis.call('DEL', KEYS[1], KEYS[6])
redis.call('ZREM', KEYS[2], id)
redis.call('SADD', KEYS[3], id)
announce()
return 1
`)

/**
 * KEYS: a tenant's verifications, the tenant. ARGV: id, role ARN, what was found, 1 to announce the tenant, the version (0:
 * any, and none), and what is kept if anything is. Answers 1 if it was kept.
 */
export const verifiedScript = redisScript(`
if ARGV[5] ~= '0' and redis.call('HGET', KEYS[2], 'version') ~= ARGV[5] then return 0 end
if (redis.call('HGET', KEYS[1], ARGV[2]) or nil) ~= ARGV[6] then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
if ARGV[4] == '1' then redis.call('PUBLISH', '${changedChannel}', ARGV[1]) end
return 1
`)
