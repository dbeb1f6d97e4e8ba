import { awsBucketLua } from './aws-budget-scripts.ts'
import { redisScript } from './redis-script.ts'

/**
 * GCRA over all limits of a call. KEYS: one per limit; those that are charged come first, then the buckets of AWS budgets that are
 * only tested. ARGV: how many are charged, then for each key the microseconds per request and the burst. Answers 0, or the index
 * of the limit that refuses longest and its wait in microseconds.
 *
 * Redis's own TIME is the clock: the gateway's may be skewed, and differs between replicas. Microseconds since 1970
 * are below 2^53, so all sums are exact.
 */
export const gcraScript = redisScript(`${awsBucketLua}
local charged = tonumber(ARGV[1])
local arrivals = {}
if charged > 0 then arrivals = redis.call('MGET', unpack(KEYS, 1, charged)) end
local refusing, longest = 0, 0
for i = 1, #KEYS do
  local each, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local wait
  if i <= charged then
    arrivals[i] = math.max(tonumber(arrivals[i]) or 0, now) + each
    wait = arrivals[i] - now - each * burst
  else
    local bucket = openBucket(KEYS[i])
    local slowed = eachNow(bucket, each)
    wait = takenNow(bucket, slowed) + slowed - slowed * burst
  end
  if wait > longest then refusing, longest = i, wait end
end
if refusing > 0 then return {refusing, longest} end
for i = 1, charged do
  redis.call('SET', KEYS[i], arrivals[i], 'PX', math.ceil((arrivals[i] - now) / 1000))
end
return 0
`)
