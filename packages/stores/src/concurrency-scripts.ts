import { redisScript } from './redis-script.ts'

/*
 * KEYS of all: the leases of a tenant and of one of its users (ZSET: when each expires, in milliseconds since 1970 by
 * Redis's clock). Both always have the same leases of that user, because each script changes both.
 */
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function keep(lease, life)
  for n = 1, 2 do
    redis.call('ZADD', KEYS[n], now + life, lease)
    if redis.call('PTTL', KEYS[n]) < life then redis.call('PEXPIREAT', KEYS[n], now + life) end
  end
end
`

/** ARGV: lease, milliseconds to live, how many the tenant and the user may have. Answers 0, or 1 or 2: whose are all taken. */
export const enterScript = redisScript(`${clock}
for n = 1, 2 do redis.call('ZREMRANGEBYSCORE', KEYS[n], '-inf', now) end
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  for n = 1, 2 do
    if redis.call('ZCARD', KEYS[n]) >= tonumber(ARGV[n + 2]) then return n end
  end
end
keep(ARGV[1], tonumber(ARGV[2]))
return 0
`)

/** ARGV: lease, milliseconds to live. Answers 1 if the lease was still there. */
export const renewScript = redisScript(`${clock}
local expires = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
if expires <= now then return 0 end
keep(ARGV[1], tonumber(ARGV[2]))
return 1
`)

/** ARGV: lease. Answers 1 if there was one. */
export const leaveScript = redisScript(`
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[1], ARGV[1])
`)
