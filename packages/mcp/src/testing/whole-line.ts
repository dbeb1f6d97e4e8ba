import {
  type CallDependencies,
  callTool,
  cursorCodec,
  getPrompt,
  type Offer,
  readResource,
  sessionPolicies,
} from '@gateway/domain'
import type { TestServerOptions } from './test-server.ts'

/** The whole line behind the protocol, with an offer that asks AWS nothing; other parts of it may be given. */
export const wholeLine = (offer: Offer, rest: Partial<CallDependencies> = {}): TestServerOptions => {
  const deps: CallDependencies = {
    offerOf: () => offer,
    sessionPolicies: sessionPolicies(() => offer),
    limiter: { take: async () => ({ allowed: true }) },
    concurrency: { enter: async () => 'taken', renew: async () => true, leave: async () => {} },
    aws: {
      send: () => Promise.reject(new Error('nothing is sent')),
      sessionName: () => 'session',
      forget() {},
    },
    cursors: cursorCodec([Buffer.alloc(32)], Date.now),
    audit: { append: async () => {} },
    changes: { publish: async () => {} },
    now: Date.now,
    ...rest,
  }
  return {
    offer,
    wholeLine: true,
    callTool: (call) => callTool(deps, call),
    readResource: (read) => readResource(deps, read),
    getPrompt: (call) => getPrompt(deps, call),
  }
}
