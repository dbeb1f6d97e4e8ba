import type { Log } from '@gateway/domain'
import { faultReply } from '../fault-reply.ts'
import type { Reply } from '../rpc.ts'
import type { ResponseStream } from '../streams/response-stream.ts'

/** What work may do with the stream of its response. */
export type OpenStream = Pick<ResponseStream, 'send' | 'detach'>

/**
 * The reply that `work` comes to. A fault is thrown while the response can still have a status of its own, and is the
 * reply once it is an event stream. Afterwards the work is heard no more: a handler that ran into its deadline may go on,
 * and must not write to a response that was sent.
 */
export const replyOn = async (
  stream: ResponseStream,
  log: Log,
  work: (stream: OpenStream) => Promise<Reply>,
): Promise<Reply> => {
  let over = false
  try {
    return await work({
      send(message, importance) {
        if (!over) stream.send(message, importance)
      },
      detach() {
        if (!over) stream.detach()
      },
    })
  } catch (thrown) {
    if (!stream.isUpgraded()) throw thrown
    return faultReply(thrown, log)
  } finally {
    over = true
  }
}
