export { startAwsStandIn } from './aws-stand-in.ts'
export type { Backend } from './backend-kind.ts'
export { freePort } from './loopback-port.ts'
export { startRedis } from './redis.ts'
