import { redisScript } from './redis-script.ts'

/*
 * KEYS of both: a record, and the indexes that it is in: the tenant's of its kind and, where it has an owner, the owner's.
 * An index says of each id when its record expires, in milliseconds since 1970, and lives as long as the last of them.
 */
const keep = `
local function keep(id, value, ttl)
  local life = math.ceil(ttl * 1000)
  redis.call('SET', KEYS[1], value, 'PXAT', now + life)
  for n = 2, #KEYS do
    redis.call('ZADD', KEYS[n], now + life, id)
    if redis.call('PTTL', KEYS[n]) < life then redis.call('PEXPIREAT', KEYS[n], now + life) end
  end
end
`
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/** ARGV: id, value, seconds to live, how many there may be in each index. Answers `created`, `exists` or `full`. */
export const createScript = redisScript(`${clock}${keep}
if redis.call('EXISTS', KEYS[1]) == 1 then return 'exists' end
for n = 2, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[n], '-inf', '(' .. now)
  if redis.call('ZCARD', KEYS[n]) >= tonumber(ARGV[n + 2]) then return 'full' end
end
keep(ARGV[1], ARGV[2], ARGV[3])
return 'created'
`)

/** ARGV: id, value that it must have, value that it gets, seconds to live. Answers 1 if it had. */
export const replaceScript = redisScript(`${clock}${keep}
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
keep(ARGV[1], ARGV[3], ARGV[4])
return 1
`)
