import { decide, findResource, type Grant, type Resource } from '@gateway/domain'
import { type Catalogue, createCatalogue } from './catalogue.ts'
import { type ChangeFeed, createChangeFeed } from './changes/change-feed.ts'
import { createHub, type Hub } from './changes/hub.ts'
import { signedBus } from './changes/signed-bus.ts'
import { createWatches, type Watches } from './changes/watches.ts'
import type { McpDependencies } from './exchange.ts'
import { type CompressLists, createCompressLists } from './http/compressed-lists.ts'
import { metaOf } from './modern/modern-results.ts'
import { createParamHeaderCheck, type ParamHeaderCheck } from './modern/param-headers.ts'
import { createRequestStates, type RequestStates } from './modern/request-state.ts'
import { createStreamLimits, type StreamLimits } from './streams/stream-limits.ts'

/** The protocol of one process, whatever the transports: what it was given, and what it keeps while it runs. */
export interface Server extends McpDependencies {
  readonly catalogue: Catalogue
  readonly changes: ChangeFeed
  readonly hub: Hub
  readonly watches: Watches
  readonly streams: StreamLimits
  readonly states: RequestStates
  readonly compressLists: CompressLists
  /** JSON members that every result of 2026-07-28 has. */
  readonly resultMeta: string
  /** Name of a mirrored parameter whose header disagrees. */
  readonly paramHeaders: ParamHeaderCheck
  /** Whether a caller may know of the resource under `uri`. */
  mayRead(grant: Grant, uri: string): boolean
}

/** Makes the server that all transports of the process share. */
export const createServer = (given: McpDependencies): Server => {
  const bus = signedBus(given.bus, { keys: given.stateKeys, now: given.now })
  const deps = { ...given, bus }
  /** The resource under `uri`, where the caller may know of it. */
  const readable = (grant: Grant, uri: string): Resource | undefined => {
    const found = findResource(deps.offerOf(grant.tenant).resources, uri)?.resource
    return found && decide({ grant, tool: found }).effect === 'allow' ? found : undefined
  }
  return {
    ...deps,
    catalogue: createCatalogue(deps),
    changes: createChangeFeed(deps.events),
    hub: createHub(deps.bus),
    watches: createWatches({
      ...deps,
      isWatched: (grant, uri) => readable(grant, uri)?.watched === true,
      isFinal: (grant, uri, text) => readable(grant, uri)?.isFinal?.(text) === true,
    }),
    streams: createStreamLimits(() => deps.measured?.({ of: 'limited', limit: 'streams' })),
    paramHeaders: createParamHeaderCheck(),
    resultMeta: metaOf(deps),
    compressLists: createCompressLists(),
    states: createRequestStates({ ...deps, keys: deps.stateKeys }),
    mayRead: (grant, uri) => readable(grant, uri) !== undefined,
  }
}
