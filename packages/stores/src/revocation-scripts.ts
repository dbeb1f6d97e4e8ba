import { redisScript } from './redis-script.ts'

/*
 * KEYS[1] of both is the sentinel of the tenant, and ARGV[1] and [2] are the name under which this process has seen it (or
 * nothing) and a new random name. A sentinel is its name and the second before which everything is refused. One that is
 * missing although it was seen tells that the store has lost what it knew. So does one of another name that refuses nothing:
 * a process that had seen none wrote it after the loss. One of another name that refuses something was written by somebody
 * who noticed the loss.
 */
const sentinel = `
local now = tonumber(redis.call('TIME')[1])
local name, before = string.match(redis.call('GET', KEYS[1]) or '', '^(%S+) (%d+)$')
local seen = ARGV[1]
if not name or (seen ~= '' and name ~= seen and before == '0') then
  name, before = ARGV[2], seen == '' and 0 or now + 1
  redis.call('SET', KEYS[1], name .. ' ' .. string.format('%d', before))
end
`

/**
 * Further KEYS: as many epochs as ARGV[3] says, then entries of the denylist. Answers the name of the sentinel, the second
 * before which everything is refused, and 1 if anything is denied.
 */
export const readRevocationsScript = redisScript(`${sentinel}
local latest, denied = tonumber(before), 0
local found = redis.call('MGET', unpack(KEYS, 2))
for n = 1, #found do
  if n > tonumber(ARGV[3]) then
    if found[n] then denied = 1 end
  else
    latest = math.max(latest, tonumber(found[n] or 0))
  end
end
return {name, latest, denied}
`)

/** KEYS[2]: what is written. ARGV: `epoch` or `deny`, milliseconds that it lives at least. Answers the name of the sentinel. */
export const revokeScript = redisScript(`${sentinel}
local life = math.max(tonumber(ARGV[4]), redis.call('PTTL', KEYS[2]))
local value = 1
if ARGV[3] == 'epoch' then value = math.max(now + 1, tonumber(redis.call('GET', KEYS[2]) or 0)) end
redis.call('SET', KEYS[2], string.format('%d', value), 'PX', string.format('%d', life))
return name
`)
