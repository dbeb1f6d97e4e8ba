import { GatewayError, type Log } from '@gateway/domain'
import { type Failure, fail, rpcCodes } from './rpc.ts'

/** The reply to a call that ended in a fault where no HTTP status is left to say so; its cause goes to the log. */
export const faultReply = (thrown: unknown, log: Log): Failure => {
  log.error({ err: thrown }, 'call failed')
  return { ...failed, audited: thrown instanceof GatewayError && thrown.audited }
}

const failed = fail(rpcCodes.internalError, 'The gateway failed. Try again.')
