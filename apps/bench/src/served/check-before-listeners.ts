import { Server, type ServerResponse } from 'node:http'
import { startMessage } from './served-options.ts'
import { createTokenCheck } from './token-check.ts'

// Preloaded into supergateway, which has no check of tokens of its own: the one of the other servers, before any
// listener of its HTTP server hears of a request. A proxy in front would cost it a second HTTP hop.
const { options } = await startMessage()
const check = await createTokenCheck(options.publicKeyPem)
const emit = Server.prototype.emit
Server.prototype.emit = function (this: Server, event: string | symbol, ...args: unknown[]): boolean {
  if (event !== 'request') return Reflect.apply(emit, this, [event, ...args])
  const [request, response] = args as [{ headers: { authorization?: string } }, ServerResponse]
  try {
    check(request.headers.authorization)
  } catch {
    response.writeHead(401).end()
    return true
  }
  return Reflect.apply(emit, this, [event, ...args])
}
