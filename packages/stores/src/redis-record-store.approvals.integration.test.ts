import { approvalsContract } from './approvals.contract.ts'
import { redisRecordStore } from './redis-record-store.ts'
import { realClock } from './testing/real-clock.ts'
import { openTestRedis } from './testing/redis.ts'

approvalsContract(async () => {
  const redis = await openTestRedis()
  return { ...redis, records: redisRecordStore(redis), ...realClock, now: Date.now }
})
