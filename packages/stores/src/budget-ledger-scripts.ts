import { dayLifeSeconds, maxNotedCalls } from './budget-day.ts'
import { redisScript } from './redis-script.ts'

/*
 * A day of a tenant is a hash: `used` is its sum, `call:ID` what a call has reserved, the sum just after it, and whether it was
 * settled; `name` is random, and `lost:NAME` what was added again of a day of that name which Redis has lost. Lua's numbers are exact up to 2^53 - 1, so a sum is compared before it is made, and written out with %.0f: otherwise
 * Lua would shorten it.
 */
const common = `
local most = 9007199254740991
local function text(number) return string.format('%.0f', number) end
`

/**
 * The day is Redis's, so its key is made here: KEYS[1], which has the tenant as its hash tag, and the days since 1970. ARGV[1] to [3] are
 * the day, the name and the sum that this process has seen last (or nothing), [4] a new random name. Where today has another name than
 * it had, what was seen is added again: once, for all processes that knew the day of that name, and as much as the one that saw most.
 */
const today = `
local day = text(math.floor(tonumber(redis.call('TIME')[1]) / 86400))
local key = KEYS[1] .. ':' .. day
local used = tonumber(redis.call('HGET', key, 'used') or 0)
local name, restored = redis.call('HGET', key, 'name') or '', 0
local function live()
  if name == '' then name = ARGV[4] end
  redis.call('HSET', key, 'used', text(used), 'name', name)
  redis.call('EXPIRE', key, ${dayLifeSeconds})
end
if ARGV[1] == day and ARGV[2] ~= '' and ARGV[2] ~= name then
  local seen, field = tonumber(ARGV[3]), 'lost:' .. ARGV[2]
  local missing = seen - tonumber(redis.call('HGET', key, field) or 0)
  if missing > 0 then
    if missing > most - used then used = most else used = used + missing end
    redis.call('HSET', key, field, text(seen))
    restored = 1
  end
  live()
end
`

/** Further ARGV: call, amount, limit. Answers 1 if it is reserved, the day and its sum then, its name, 1 if something was added again, and its sum now. */
export const reserveScript = redisScript(`${common}${today}
local field, amount, limit = 'call:' .. ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local before = redis.call('HGET', key, field)
if before then return {1, day, string.match(before, '^%d+ (%d+) '), name, restored, text(used)} end
if amount > 0 and amount > limit - used then return {0, day, text(used), name, restored, text(used)} end
used = used + amount
live()
if redis.call('HLEN', key) <= ${maxNotedCalls} then
  redis.call('HSET', key, field, text(amount) .. ' ' .. text(used) .. ' open')
end
return {1, day, text(used), name, restored, text(used)}
`)

/** KEYS[1]: the day. ARGV: call, amount. Answers 1, or 0 where the sum would be too large. */
export const settleScript = redisScript(`${common}
local field = 'call:' .. ARGV[1]
local reserved, after = string.match(redis.call('HGET', KEYS[1], field) or '', '^(%d+) (%d+) open$')
if not reserved then return 1 end
local others = tonumber(redis.call('HGET', KEYS[1], 'used')) - tonumber(reserved)
if tonumber(ARGV[2]) > most - others then return 0 end
redis.call('HSET', KEYS[1], 'used', text(others + tonumber(ARGV[2])), field, reserved .. ' ' .. after .. ' settled')
return 1
`)

/** Answers the day, its sum, its name (empty where nothing was reserved), 1 if something was added again, and the sum once more. */
export const usedScript = redisScript(`${common}${today}
return {day, text(used), name, restored, text(used)}
`)
