import type { OAuthEntry, OAuthStore } from '@gateway/domain'
import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider'
import { reachStore } from './reach-store.ts'
import { refreshUses } from './refresh-uses.ts'

/** What the adapters need. `now` gives milliseconds since the epoch. */
export interface AdapterOptions {
  readonly store: OAuthStore
  now(): number
}

/**
 * Adapters of oidc-provider over the store of all replicas. What they are given under an id is kept without it, so that the
 * store has no code and no token but their digests. Where the store cannot be reached they reject with
 * `temporarily_unavailable`, status 503.
 */
export const createAdapterFactory =
  ({ store, now }: AdapterOptions): AdapterFactory =>
  (model): Adapter => {
    const refreshing = refreshUses({ store, now })

    const read = (entry: OAuthEntry | undefined, own: object): AdapterPayload | undefined => {
      if (!entry) return undefined
      const payload: AdapterPayload = { ...JSON.parse(entry.value), ...own }
      return entry.consumedAt === undefined ? payload : { ...payload, consumed: entry.consumedAt }
    }

    const findClient = async (id: string): Promise<AdapterPayload | undefined> => {
      // The metadata of a client has no id of ours in it, and whatever is added would be refused.
      const found = read(await store.find(model, id), {})
      // It lives as long as it is used; to write that down once a day is enough.
      if (found && (await store.claim('ClientUse', id, daySeconds)))
        await store.touch(model, id, clientSeconds)
      return found
    }

    const findRefreshToken = async (id: string): Promise<AdapterPayload | undefined> => {
      const { consumed, ...found } = read(await store.find(model, id), { jti: id }) ?? {}
      if (found.jti === undefined) return undefined
      return consumed === undefined || (await refreshing.isInGrace(found, consumed))
        ? found
        : { ...found, consumed }
    }

    const find = async (id: string): Promise<AdapterPayload | undefined> => {
      if (model === 'Client') return findClient(id)
      if (model === 'RefreshToken') return findRefreshToken(id)
      return read(await store.find(model, id), { jti: id })
    }

    const consume = async (id: string): Promise<void> => {
      if (model === 'RefreshToken') {
        const used = await findRefreshToken(id)
        if (!used || used.consumed !== undefined) throw new errors.InvalidGrant('refresh token already used')
        // Before it is consumed: if only one of both happens, its predecessor must not be the one that still works.
        await refreshing.use(used)
        if (await store.consume(model, id)) return
        // Somebody else was first a moment ago.
        if ((await findRefreshToken(id))?.consumed !== undefined)
          throw new errors.InvalidGrant('refresh token already used')
        return
      }
      if (!(await store.consume(model, id))) throw new errors.InvalidGrant(`${model} already consumed`)
    }

    const upsert = async (id: string, payload: AdapterPayload, expiresIn = clientSeconds): Promise<void> => {
      // oidc-provider looks for an assertion and then keeps it, in two steps that two requests can take at once.
      if (model === 'ReplayDetection' && !(await store.claim(model, id, expiresIn))) {
        throw new errors.InvalidClientAuth('assertion already used')
      }
      const { jti: _id, ...kept } = payload
      const grantId = endWithGrant.has(model) ? payload.grantId : undefined
      const uid = model === 'Session' ? payload.uid : undefined
      await store.upsert(model, id, JSON.stringify(kept), {
        ttlSeconds: expiresIn,
        ...(grantId !== undefined && { grantId }),
        ...(uid !== undefined && { uid }),
      })
    }

    return {
      upsert: (id, payload, expiresIn) => reachStore(() => upsert(id, payload, expiresIn)),
      find: (id) => reachStore(() => find(id)),
      // Without an id, which nobody can know from a second name; oidc-provider only compares what it finds so.
      findByUid: (uid) => reachStore(async () => read(await store.findByUid(model, uid), {})),
      // The device flow is off.
      findByUserCode: async () => undefined,
      consume: (id) => reachStore(() => consume(id)),
      destroy: (id) => reachStore(() => store.destroy(model, id)),
      revokeByGrantId: (grantId) => reachStore(() => store.revokeByGrantId(grantId)),
    }
  }

/** An interaction names a grant, too, but is not of it: it may be the one that renews it. */
const endWithGrant = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken'])

const daySeconds = 86_400
/** How long a client that registered itself is kept after its last use, and whatever comes without a life. */
const clientSeconds = 90 * daySeconds
