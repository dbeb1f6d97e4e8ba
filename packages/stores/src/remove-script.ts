import { redisScript } from './redis-script.ts'

/** Deletes keys and the member that their index has for them. KEYS: index, keys. ARGV: member. Answers how many keys. */
export const removeScript = redisScript(`
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('DEL', unpack(KEYS, 2))
`)
