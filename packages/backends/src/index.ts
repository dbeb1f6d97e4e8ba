export { startAwsStandIn } from './aws-stand-in.ts'
export type { Backend, BackendOptions } from './backend.ts'
export { startRedis } from './redis.ts'
