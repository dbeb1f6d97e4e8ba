import { redisScript } from './redis-script.ts'

/** KEYS: a grant. ARGV: a mark, milliseconds to live. Answers the mark of the grant, which lives at least that long. */
export const markScript = redisScript(`
local mark = redis.call('GET', KEYS[1])
if not mark then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return ARGV[1]
end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return mark
`)

/** KEYS: an entry. ARGV: milliseconds to live, fields and values. What was there before is gone. */
export const writeEntryScript = redisScript(`
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
`)

/** KEYS: an entry. Answers 1 where it was there and not consumed; now it is, at Redis's time. */
export const consumeScript = redisScript(`
if redis.call('HEXISTS', KEYS[1], 'value') == 0 then return 0 end
return redis.call('HSETNX', KEYS[1], 'consumed', redis.call('TIME')[1])
`)

/** KEYS: an entry. ARGV: fields. Answers their values and deletes it. */
export const takeScript = redisScript(`
local found = redis.call('HMGET', KEYS[1], unpack(ARGV))
redis.call('DEL', KEYS[1])
return found
`)

/** KEYS: a count. ARGV: milliseconds that it lives from its start. Answers it with one more. */
export const countScript = redisScript(`
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
`)

/** KEYS: a value. ARGV: what it becomes, what it must be; without the latter it must not be there. Answers 1 if it was so. */
export const swapScript = redisScript(`
if (redis.call('GET', KEYS[1]) or nil) ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1
`)
