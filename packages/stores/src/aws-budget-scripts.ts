import { aimd } from './aimd.ts'
import { redisScript } from './redis-script.ts'

/*
 * KEYS of both: a bucket, a hash of `arrival` and the `each` at which it was reckoned (see gcra-script.ts), and of what
 * aimd.ts calls a slowdown: `rate`, `halved`, `throttled`. ARGV of both: microseconds per request at the full rate.
 *
 * What was taken stays taken when the rate changes: `arrival` is a time, and would be worth twice as many requests at
 * the moment when AWS throttles, or keep a bucket shut for minutes when its rate grows again.
 */
const common = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local stored = redis.call('HMGET', KEYS[1], 'arrival', 'each', 'rate', 'halved', 'throttled')
local arrival, reckoned = tonumber(stored[1]) or 0, tonumber(stored[2])
local rate, halved, throttled = tonumber(stored[3]) or ${aimd.full}, tonumber(stored[4]) or 0, tonumber(stored[5]) or 0
local function rateNow()
  local growing = now - throttled - ${aimd.hold}
  if growing < 0 or rate == ${aimd.full} then return rate end
  return math.min(${aimd.full}, rate + ${aimd.step} * (1 + math.floor(growing / ${aimd.stepEvery})))
end
local function eachNow() return math.ceil(ARGV[1] * ${aimd.full} / rateNow()) end
local function takenNow(each)
  local taken = math.max(arrival - now, 0)
  if reckoned and reckoned ~= each then return math.ceil(taken * (each / reckoned)) end
  return taken
end
local function keep(taken, each)
  local slow = 0
  if rate < ${aimd.full} then
    local steps = math.ceil((${aimd.full} - rate) / ${aimd.step})
    slow = throttled + ${aimd.hold} + ${aimd.stepEvery} * (steps - 1) - now
  end
  redis.call('HSET', KEYS[1], 'arrival', now + taken, 'each', each)
  redis.call('PEXPIRE', KEYS[1], math.max(1, math.ceil(math.max(taken, slow) / 1000)))
end
`

/** ARGV: also the burst. Answers 0, or the wait in microseconds. */
export const takeScript = redisScript(`${common}
local each = eachNow()
local taken = takenNow(each)
local wait = taken + each - each * ARGV[2]
if wait <= 0 then
  keep(taken + each, each)
  return 0
end
if reckoned ~= each then keep(taken, each) end
return wait
`)

/** Answers the rate that is in force then. */
export const throttledScript = redisScript(`${common}
if now - halved >= ${aimd.hold} then
  rate = math.max(${aimd.floor}, math.floor(rateNow() / 2))
  halved = now
end
throttled = now
redis.call('HSET', KEYS[1], 'rate', rate, 'halved', halved, 'throttled', throttled)
local each = eachNow()
keep(takenNow(each), each)
return rate
`)
