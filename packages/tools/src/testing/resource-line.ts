import {
  type AuditEvent,
  type CallDependencies,
  cursorCodec,
  type Grant,
  noInteraction,
  offerOf,
  type Resource,
  readResource,
  sessionPolicies,
} from '@gateway/domain'
import { reader } from './grant.ts'

/** Reads a resource that asks AWS nothing through the whole line; the JSON of its one content. */
export const resourceLine = (
  resource: Resource,
  options: { as?: Grant } & Partial<
    Pick<CallDependencies, 'ledger' | 'pages' | 'recentEvents' | 'stops'>
  > = {},
) => {
  const { as = reader, ...rest } = options
  const offer = offerOf({ tools: [], resources: [resource] })
  const events: AuditEvent[] = []
  const read = async (): Promise<Record<string, unknown>> => {
    const result = await readResource(
      {
        offerOf: () => offer,
        sessionPolicies: sessionPolicies(() => offer),
        limiter: { take: async () => ({ allowed: true }) },
        concurrency: { enter: async () => 'taken', renew: async () => true, leave: async () => {} },
        aws: {
          send: () => Promise.reject(new Error('AWS was asked')),
          sessionName: () => 'none',
          forget() {},
        },
        cursors: cursorCodec([Buffer.alloc(32, 'k')], Date.now),
        audit: {
          async append(event) {
            events.push(event)
          },
        },
        changes: { publish: async () => {} },
        now: Date.now,
        ...rest,
      },
      {
        grant: as,
        uri: resource.uri,
        era: 'modern',
        requestId: 'request-1',
        signal: new AbortController().signal,
        log: { info() {}, error() {} },
        interaction: noInteraction,
      },
    )
    if (!('contents' in result)) throw new Error('the resource asked instead of answering')
    const [content, ...more] = result.contents
    if (content?.text === undefined || more.length > 0) throw new Error('the resource has not one text')
    return JSON.parse(content.text)
  }
  return { read, events }
}
