export { startAwsStandIn } from './aws-stand-in.ts'
export type { Backend, BackendOptions } from './backend-kind.ts'
export { startRedis } from './redis.ts'
