import { aimd } from './aimd.ts'
import { redisScript } from './redis-script.ts'

/**
 * Lua that knows the buckets of AWS budgets: hashes of `arrival` and the `each` at which it was reckoned (see gcra-script.ts), and
 * of what aimd.ts calls a slowdown: `rate`, `halved`, `throttled`. `full` is the microseconds per request at the full rate.
 *
 * What was taken stays taken when the rate changes: `arrival` is a time, and would be worth twice as many requests at
 * the moment when AWS throttles, or keep a bucket shut for minutes when its rate grows again.
 */
export const awsBucketLua = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function openBucket(key)
  local stored = redis.call('HMGET', key, 'arrival', 'each', 'rate', 'halved', 'throttled')
  return {
    key = key, arrival = tonumber(stored[1]) or 0, reckoned = tonumber(stored[2]),
    rate = tonumber(stored[3]) or ${aimd.full}, halved = tonumber(stored[4]) or 0, throttled = tonumber(stored[5]) or 0,
  }
end
local function rateNow(bucket)
  local growing = now - bucket.throttled - ${aimd.hold}
  if growing < 0 or bucket.rate == ${aimd.full} then return bucket.rate end
  return math.min(${aimd.full}, bucket.rate + ${aimd.step} * (1 + math.floor(growing / ${aimd.stepEvery})))
end
local function eachNow(bucket, full) return math.ceil(full * ${aimd.full} / rateNow(bucket)) end
local function takenNow(bucket, each)
  local taken = math.max(bucket.arrival - now, 0)
  if bucket.reckoned and bucket.reckoned ~= each then return math.ceil(taken * (each / bucket.reckoned)) end
  return taken
end
`

/* KEYS of both: a bucket. ARGV of both: microseconds per request at the full rate. */
const common = `${awsBucketLua}
local bucket = openBucket(KEYS[1])
local function keep(taken, each)
  local slow = 0
  if bucket.rate < ${aimd.full} then
    local steps = math.ceil((${aimd.full} - bucket.rate) / ${aimd.step})
    slow = bucket.throttled + ${aimd.hold} + ${aimd.stepEvery} * (steps - 1) - now
  end
  redis.call('HSET', KEYS[1], 'arrival', now + taken, 'each', each)
  redis.call('PEXPIRE', KEYS[1], math.max(1, math.ceil(math.max(taken, slow) / 1000)))
end
`

/** ARGV: also the burst. Answers 0, or the wait in microseconds. */
export const takeScript = redisScript(`${common}
local each = eachNow(bucket, ARGV[1])
local taken = takenNow(bucket, each)
local wait = taken + each - each * ARGV[2]
if wait <= 0 then
  keep(taken + each, each)
  return 0
end
if bucket.reckoned ~= each then keep(taken, each) end
return wait
`)

/** Answers the rate that is in force then. */
export const throttledScript = redisScript(`${common}
if now - bucket.halved >= ${aimd.hold} then
  bucket.rate = math.max(${aimd.floor}, math.floor(rateNow(bucket) / 2))
  bucket.halved = now
end
bucket.throttled = now
redis.call('HSET', KEYS[1], 'rate', bucket.rate, 'halved', bucket.halved, 'throttled', bucket.throttled)
local each = eachNow(bucket, ARGV[1])
keep(takenNow(bucket, each), each)
return bucket.rate
`)
