import { redisScript } from './redis-script.ts'

/**
 * GCRA over all limits of a call. KEYS: one per limit. ARGV: for each limit the microseconds per request and the
 * microseconds that its full burst is worth. Answers 0, or the index of the limit that refuses longest and its wait
 * in microseconds.
 *
 * Redis's own TIME is the clock: the gateway's may be skewed, and differs between replicas. Microseconds since 1970
 * are below 2^53, so all sums are exact.
 */
export const gcraScript = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local arrivals = redis.call('MGET', unpack(KEYS))
local refusing, longest = 0, 0
for i = 1, #KEYS do
  local arrival = math.max(tonumber(arrivals[i]) or 0, now) + ARGV[2 * i - 1]
  local wait = arrival - now - ARGV[2 * i]
  if wait > longest then refusing, longest = i, wait end
  arrivals[i] = arrival
end
if refusing > 0 then return {refusing, longest} end
for i = 1, #KEYS do
  redis.call('SET', KEYS[i], arrivals[i], 'PX', math.ceil((arrivals[i] - now) / 1000))
end
return 0
`)
