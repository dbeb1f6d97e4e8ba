import type { Change, Grant } from '@gateway/domain'
import { SUBSCRIPTION_ID_META_KEY } from '@modelcontextprotocol/server'
import { completeOf } from '../modern/modern-results.ts'
import { type Failure, fail, isObject, notificationText, type RpcId, responseText, rpcCodes } from '../rpc.ts'
import type { Server } from '../server.ts'

/** What a client wants to hear of (MCP 2026-07-28 `SubscriptionFilter`), cut down to what it may. */
interface Filter {
  readonly toolsListChanged?: true
  readonly promptsListChanged?: true
  readonly resourcesListChanged?: true
  readonly resourceSubscriptions?: readonly string[]
}

/** An open subscription. */
export interface Subscription {
  /** The message that ends it in good order. */
  readonly farewell: string
  stop(): void
}

/** Most resources of one subscription. */
const resourceLimit = 100

/**
 * `subscriptions/listen`: acknowledges by `send`, and from then on sends what the caller asked to hear of, all under the
 * id of its request. A failure where the filter is wrong or the caller has too many streams.
 */
export const listen = async (
  server: Server,
  { grant, id, params }: { grant: Grant; id: RpcId; params: unknown },
  send: (message: string) => void,
): Promise<Subscription | Failure> => {
  const wanted = isObject(params) ? filterIn(params.notifications) : undefined
  if (!wanted)
    return fail(rpcCodes.invalidParams, 'Invalid params: notifications must be a SubscriptionFilter.')
  const leave = server.streams.enter(grant)
  if (!leave) return fail(rpcCodes.internalError, 'Subscription limit reached')
  const filter = honoured(server, grant, wanted)
  const meta = { [SUBSCRIPTION_ID_META_KEY]: id }
  const tell = (method: string, rest: object = {}): void =>
    send(notificationText(method, { ...rest, _meta: meta }))
  let acknowledged = false
  const early: Change[] = []
  const hear = (change: Change): void => {
    if (!acknowledged) early.push(change)
    else if (accepts(filter, change)) {
      if (change.kind === 'resource') tell('notifications/resources/updated', { uri: change.uri })
      else tell(`notifications/${change.kind}/list_changed`)
    }
  }
  const watching = server.watches.join({ era: 'modern', heard: (uri) => hear({ kind: 'resource', uri }) })
  let stop: (() => void) | undefined
  const end = (): void => {
    watching.stop()
    stop?.()
    leave()
  }
  try {
    stop = (await server.changes.listen(grant.tenant.id, ({ change }) => hear(change))).stop
    tell('notifications/subscriptions/acknowledged', { notifications: filter })
    acknowledged = true
    for (const change of early) hear(change)
    watching.set(grant, filter.resourceSubscriptions ?? [])
    const result = `{${completeOf(server)}}`
    return {
      farewell: responseText(id, { result: withSubscription(result, meta) }),
      stop: end,
    }
  } catch (thrown) {
    end()
    throw thrown
  }
}

const filterIn = (value: unknown): Filter | undefined => {
  if (!isObject(value)) return undefined
  const flags = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'] as const
  if (flags.some((flag) => value[flag] !== undefined && typeof value[flag] !== 'boolean')) return undefined
  const uris = value.resourceSubscriptions ?? []
  if (!Array.isArray(uris) || uris.length > resourceLimit) return undefined
  if (!uris.every((uri): uri is string => typeof uri === 'string')) return undefined
  return {
    ...Object.fromEntries(flags.filter((flag) => value[flag] === true).map((flag) => [flag, true as const])),
    ...(uris.length > 0 && { resourceSubscriptions: [...new Set(uris)] }),
  }
}

/** Without what there is nothing of, and without resources that the caller may not read. */
const honoured = (server: Server, grant: Grant, wanted: Filter): Filter => {
  const { prompts, resources } = server.offerOf(grant.tenant)
  const uris = (wanted.resourceSubscriptions ?? []).filter((uri) => server.mayRead(grant, uri))
  return {
    ...(wanted.toolsListChanged && { toolsListChanged: true }),
    ...(wanted.promptsListChanged && prompts.size > 0 && { promptsListChanged: true }),
    ...(wanted.resourcesListChanged && resources.length > 0 && { resourcesListChanged: true }),
    ...(uris.length > 0 && { resourceSubscriptions: uris }),
  }
}

const accepts = (filter: Filter, change: Change): boolean => {
  switch (change.kind) {
    case 'tools':
      return filter.toolsListChanged === true
    case 'prompts':
      return filter.promptsListChanged === true
    case 'resources':
      return filter.resourcesListChanged === true
    case 'resource':
      return filter.resourceSubscriptions?.includes(change.uri) === true
  }
}

const withSubscription = (result: string, meta: object): string => {
  const { _meta, ...rest } = JSON.parse(result) as { _meta: object }
  return JSON.stringify({ ...rest, _meta: { ..._meta, ...meta } })
}
