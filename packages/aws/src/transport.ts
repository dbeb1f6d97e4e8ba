import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Logger } from '@smithy/types'

/**
 * The one HTTP handler of the process: 500 clients with handlers of their own held 500 sockets, with a shared
 * one they hold one. No client is ever destroyed, since that would close the sockets of all others.
 */
export const createTransport = (): NodeHttpHandler =>
  new AwsAnswersOnly({
    connectionTimeout: 3_000,
    // A synchronous Lambda invocation is silent until it ends; the deadline of each call comes before these.
    requestTimeout: longestCall,
    throwOnRequestTimeout: true,
    socketTimeout: longestCall,
    httpAgent: { keepAlive: true, maxSockets: socketsPerHost },
    httpsAgent: { keepAlive: true, maxSockets: socketsPerHost },
    logger: silent,
  })

/** The SDK's logger switched off: it would print inputs and outputs of calls. */
export const silent: Logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** Above the longest timeout that a tenant can be given, 300 s. */
const longestCall = 310_000
/** All tenants together: far above what `access.ts` lets one of them have, so that many in trouble leave room for more. */
const socketsPerHost = 5_000

/**
 * A page of a proxy or a captive portal that happens to be well-formed XML would otherwise be read as an empty
 * answer: "no instances". AWS puts a request id on everything that it answers, HTML included.
 */
class AwsAnswersOnly extends NodeHttpHandler {
  override async handle(...args: Parameters<NodeHttpHandler['handle']>) {
    const answer = await super.handle(...args)
    const { headers, statusCode, body } = answer.response
    const isHtml = headers['content-type']?.toLowerCase().startsWith('text/html') === true
    if (isHtml && !headers['x-amzn-requestid'] && !headers['x-amz-request-id']) {
      body?.destroy?.()
      // With its status, so that the SDK retries the 502 of a proxy as it would one of AWS.
      throw Object.assign(new Error('an HTML page answered in place of AWS'), {
        $metadata: { httpStatusCode: statusCode },
      })
    }
    return answer
  }
}
