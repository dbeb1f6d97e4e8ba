import { redisScript } from './redis-script.ts'

/** The key beside a log that holds the bytes of its texts; no name of a log contains a slash. */
export const bytesKey = (log: string): string => `${log}/bytes`

/**
 * Adds an event to a log. KEYS: the log (a stream), its bytes, the tenant's index of logs. ARGV: text, events and
 * bytes of a log, seconds that it lives, logs of a tenant. Answers the entry.
 *
 * The index says of each log when it expires, in microseconds since 1970. A log in excess is deleted by the name that
 * the index has for it: not among KEYS, but of the same tenant and so in the same slot.
 */
export const appendScript = redisScript(`
local maxEvents, maxBytes, ttl, maxLogs = unpack(ARGV, 2)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local entry = redis.call('XADD', KEYS[1], '*', 'text', ARGV[1])
local events = redis.call('XLEN', KEYS[1])
local bytes = (tonumber(redis.call('GET', KEYS[2])) or 0) + #ARGV[1]
while events > 1 and (events > tonumber(maxEvents) or bytes > tonumber(maxBytes)) do
  local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  redis.call('XDEL', KEYS[1], oldest[1])
  events = events - 1
  bytes = bytes - #oldest[2][2]
end
redis.call('EXPIRE', KEYS[1], ttl)
redis.call('SET', KEYS[2], bytes, 'EX', ttl)
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('(%.0f', now))
redis.call('ZADD', KEYS[3], now + ttl * 1000000, KEYS[1])
redis.call('EXPIRE', KEYS[3], ttl)
local excess = redis.call('ZCARD', KEYS[3]) - maxLogs
if excess > 0 then
  local popped = redis.call('ZPOPMIN', KEYS[3], excess)
  for i = 1, #popped, 2 do redis.call('DEL', popped[i], popped[i] .. '/bytes') end
end
redis.call('PUBLISH', KEYS[1], '')
return entry
`)
