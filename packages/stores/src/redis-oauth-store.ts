import { randomUUID } from 'node:crypto'
import type { OAuthEntry, OAuthStore } from '@gateway/domain'
import {
  claimKey,
  countKey,
  digestOf,
  entryKey,
  grantKey,
  lifeOf,
  signingKeysKey,
  uidKey,
} from './oauth-key.ts'
import {
  consumeScript,
  countScript,
  markScript,
  swapScript,
  takeScript,
  writeEntryScript,
} from './oauth-scripts.ts'
import type { RedisConnection } from './open-redis.ts'

/**
 * What an authorization server keeps, in Redis, for any number of replicas; Redis's clock is the one that it lives by.
 *
 * Entries of one grant have hash tags of their own, so no single step of a cluster could delete them all. Instead a live
 * grant has a random mark, and its entries carry the mark that they were made under: to revoke a grant is to delete its mark,
 * one step that ends all of them at once, wherever they are, and those that a request under way still writes under it. An
 * entry counts only while its grant has that mark, so a mark that is lost ends entries and never revives any.
 */
export const redisOAuthStore = ({ client, run }: RedisConnection): OAuthStore => {
  const read = async (key: string): Promise<Found | undefined> => inForce(await client.hmget(key, ...fields))

  const inForce = async (reply: unknown): Promise<Found | undefined> => {
    const [value, consumed, grant, mark, uid] = textsOf(reply)
    if (value === undefined) return undefined
    if (grant !== undefined && (await client.get(grantKey(grant))) !== (mark ?? '')) return undefined
    return { entry: consumed === undefined ? { value } : { value, consumedAt: Number(consumed) }, grant, uid }
  }

  return {
    async upsert(model, id, value, { ttlSeconds, grantId, uid }) {
      const life = lifeOf(ttlSeconds)
      const idDigest = digestOf(id)
      const written = ['value', value]
      if (grantId !== undefined) {
        const grant = digestOf(grantId)
        const mark = await run(markScript, [grantKey(grant)], [randomUUID(), life])
        if (typeof mark !== 'string') throw new Error('the script that marks grants gave an unknown answer')
        written.push('grant', grant, 'mark', mark)
      }
      if (uid !== undefined) written.push('uid', digestOf(uid))
      await run(writeEntryScript, [entryKey(model, idDigest)], [life, ...written])
      if (uid !== undefined) await client.set(uidKey(model, digestOf(uid)), idDigest, 'PX', life)
    },
    async find(model, id) {
      return (await read(entryKey(model, digestOf(id))))?.entry
    },
    async findByUid(model, uid) {
      const digest = digestOf(uid)
      const id = await client.get(uidKey(model, digest))
      const found = id === null ? undefined : await read(entryKey(model, id))
      // The name may have been of an entry that is another one by now.
      return found?.uid === digest ? found.entry : undefined
    },
    async consume(model, id) {
      const key = entryKey(model, digestOf(id))
      // The grant is looked at afterwards: one that is revoked before this answers gives nothing any more.
      return (await run(consumeScript, [key], [])) === 1 && (await read(key)) !== undefined
    },
    async destroy(model, id) {
      await client.del(entryKey(model, digestOf(id)))
    },
    async revokeByGrantId(grantId) {
      await client.del(grantKey(digestOf(grantId)))
    },
    async touch(model, id, ttlSeconds) {
      const key = entryKey(model, digestOf(id))
      const life = lifeOf(ttlSeconds)
      const found = await read(key)
      if (!found) return false
      if (found.grant !== undefined) await client.pexpire(grantKey(found.grant), life, 'GT')
      if (found.uid !== undefined) await client.pexpire(uidKey(model, found.uid), life)
      return (await client.pexpire(key, life)) === 1
    },
    async take(model, id) {
      const { entry } = (await inForce(await run(takeScript, [entryKey(model, digestOf(id))], fields))) ?? {}
      return entry?.consumedAt === undefined ? entry?.value : undefined
    },
    async count(model, id, ttlSeconds) {
      const count = await run(countScript, [countKey(model, digestOf(id))], [lifeOf(ttlSeconds)])
      if (typeof count !== 'number') throw new Error('the script that counts gave an unknown answer')
      return count
    },
    async claim(model, id, ttlSeconds) {
      return (await client.set(claimKey(model, digestOf(id)), '1', 'PX', lifeOf(ttlSeconds), 'NX')) === 'OK'
    },
    async readKeys() {
      return (await client.get(signingKeysKey)) ?? undefined
    },
    async replaceKeys(from, to) {
      return (await run(swapScript, [signingKeysKey], from === undefined ? [to] : [to, from])) === 1
    },
  }
}

interface Found {
  readonly entry: OAuthEntry
  /** Digests. */
  readonly grant: string | undefined
  readonly uid: string | undefined
}

const fields = ['value', 'consumed', 'grant', 'mark', 'uid']

const textsOf = (reply: unknown): readonly (string | undefined)[] =>
  Array.isArray(reply) ? reply.map((each) => (typeof each === 'string' ? each : undefined)) : []
