import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

const identity =
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/me</Arn><UserId>AIDA</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'

/** An AWS that says who one is and never answers anything else. */
export const silentAws = async () => {
  let waiting = 0
  const server = createServer(async (request, response) => {
    if ((await text(request)).includes('Action=GetCallerIdentity')) {
      response.writeHead(200, { 'content-type': 'text/xml', 'x-amzn-requestid': 'r' }).end(identity)
    } else waiting += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Resolves once a request waits for its answer. */
    async asked() {
      while (waiting === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
