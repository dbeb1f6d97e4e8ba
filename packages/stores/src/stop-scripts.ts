import { redisScript } from './redis-script.ts'

/*
 * KEYS: the stops, a hash of their JSON by id and, under `~`, its mark: a random name, which says that it is the same hash
 * as before, and a version. The mark is in the hash and stays when no stop is left, so that one is never lost without the
 * other. ARGV[1] of those that write is the name of a hash that is made anew.
 */
const marked = `
local name, version = string.match(redis.call('HGET', KEYS[1], '~') or '', '^(%S+) (%d+)$')
local function changed()
  redis.call('HSET', KEYS[1], '~', (name or ARGV[1]) .. ' ' .. string.format('%d', (version or 0) + 1))
  return name or ARGV[1]
end
`

/**
 * ARGV: the mark as it is known, how many fields to leave out, and how many to give. Answers the mark, empty where there is no
 * hash, and if it is another: how many fields there are, and some of them in the order of their names, names and values apart.
 */
export const listStopsScript = redisScript(`
local mark = redis.call('HGET', KEYS[1], '~') or ''
if mark == ARGV[1] then return {mark} end
local names = redis.call('HKEYS', KEYS[1])
if #names == 0 then return {mark, 0, {}, {}} end
table.sort(names)
local page = {}
for n = ARGV[2] + 1, math.min(#names, ARGV[2] + ARGV[3]) do page[#page + 1] = names[n] end
return {mark, #names, page, redis.call('HMGET', KEYS[1], unpack(page))}
`)

/** ARGV[2] to [4]: how many there may be, id, JSON. Answers the name of the hash, or nothing where it is full. */
export const putStopScript = redisScript(`${marked}
local count = redis.call('HLEN', KEYS[1]) - (name and 1 or 0)
if count >= tonumber(ARGV[2]) and redis.call('HEXISTS', KEYS[1], ARGV[3]) == 0 then return false end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
return changed()
`)

/** ARGV[2]: id. Answers 1 if there was one. */
export const removeStopScript = redisScript(`${marked}
local removed = redis.call('HDEL', KEYS[1], ARGV[2])
if removed == 1 then changed() end
return removed
`)

/** Further ARGV: ids and JSON in turn. Writes those that there are not. */
export const restoreStopsScript = redisScript(`${marked}
for n = 2, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[n], ARGV[n + 1]) end
return changed()
`)
