import { createHash } from 'node:crypto'

/** Only a digest of an id is kept: a code or a refresh token must not be readable in a dump of the store. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

/**
 * A key of the authorization server, by a digest. Each digest has a hash tag of its own, none that a tenant could have, so
 * every step is one of one slot of a cluster and the load spreads over all of them.
 */
const oauthKey = (digest: string, ...rest: readonly string[]): string =>
  [`{oauth:${digest}}`, ...rest].join(':')

/** Entry of a model (HASH). */
export const entryKey = (model: string, idDigest: string): string => oauthKey(idDigest, 'entry', model)

/** Digest of the id that has this second name. */
export const uidKey = (model: string, uidDigest: string): string => oauthKey(uidDigest, 'uid', model)

/** What the entries of a live grant carry. */
export const grantKey = (grantDigest: string): string => oauthKey(grantDigest, 'grant')

/** Count of something of an id. */
export const countKey = (model: string, idDigest: string): string => oauthKey(idDigest, 'count', model)

/** That an id was named. */
export const claimKey = (model: string, idDigest: string): string => oauthKey(idDigest, 'claim', model)

/** Sealed signing keys; the one key that never expires. */
export const signingKeysKey = oauthKey('signing-keys')

/** Life in milliseconds. One that is over is as short as can be; anything but a number is our own mistake. */
export const lifeOf = (ttlSeconds: number): number => {
  if (!Number.isFinite(ttlSeconds)) throw new RangeError('what an authorization server keeps has a life')
  return Math.max(1, Math.ceil(ttlSeconds * 1000))
}
