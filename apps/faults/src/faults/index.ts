import type { Fault } from '../fault.ts'
import { awsFailing, awsHanging, awsSlow, awsThrottling } from './aws-moods.ts'
import { clockSkew } from './clock-skew.ts'
import { diskFull } from './disk-full.ts'
import { eventLoopBusy, replicaFrozen } from './event-loop.ts'
import { redisFailover } from './redis-failover.ts'
import { redisFlushed } from './redis-flushed.ts'
import { redisFrozen } from './redis-frozen.ts'
import { redisKilled } from './redis-killed.ts'
import { redisReadOnly } from './redis-read-only.ts'
import { redisSlow } from './redis-slow.ts'
import { replicaKilled } from './replica-killed.ts'
import { ssoDown } from './sso-down.ts'

/** Every fault, in the order of a run. */
export const faults: readonly Fault[] = [
  replicaKilled,
  replicaFrozen,
  eventLoopBusy,
  clockSkew,
  redisKilled,
  redisFrozen,
  redisSlow,
  redisReadOnly,
  redisFlushed,
  redisFailover,
  awsSlow,
  awsThrottling,
  awsFailing,
  awsHanging,
  ssoDown,
  diskFull,
]
