import { ConfigurationError, GatewayError, type OAuthStore } from '@gateway/domain'
import {
  decodeKeyRing,
  encodeKeyRing,
  isRotating,
  type KeyRing,
  newKeyRing,
  newRingKey,
  publishedKeys,
  type RingKey,
  ringOf,
} from './key-ring.ts'
import { textSeal } from './sealed-text.ts'

/** The one ring of all replicas, sealed in their store. */
export interface StoredKeyRing {
  /** Makes it where there is none. Rejects as the store does, and with `ConfigurationError` where it does not open. */
  read(): Promise<KeyRing>
  /** Adds a key that signs from then on, drops those that nobody needs any more, and seals all with the first key. */
  add(signsFrom: number): Promise<{ readonly ring: KeyRing; readonly added: RingKey }>
}

/** What a stored ring needs. */
export interface StoredKeyRingOptions {
  readonly store: Pick<OAuthStore, 'readKeys' | 'replaceKeys'>
  readonly sealKeys: readonly [Buffer, ...Buffer[]]
  now(): number
}

/** The ring in the store, written only over what was read, so that of many replicas one makes it. */
export const storedKeyRing = ({ store, sealKeys, now }: StoredKeyRingOptions): StoredKeyRing => {
  const seal = textSeal(sealKeys, 'aws-mcp-gateway: signing keys of the authorization server, version 1')

  const open = (sealed: string): KeyRing => {
    const text = seal.open(sealed)
    const ring = text === undefined ? undefined : decodeKeyRing(text)
    if (!ring) throw new ConfigurationError('STATE_KEY', [text === undefined ? otherKey : notOurs])
    return ring
  }

  const swap = (from: string | undefined, to: KeyRing): Promise<boolean> =>
    store.replaceKeys(from, seal.seal(encodeKeyRing(to)))

  return {
    async read() {
      const sealed = await store.readKeys()
      if (sealed !== undefined) return open(sealed)
      const ring = await newKeyRing(now())
      if (await swap(undefined, ring)) return ring
      const made = await store.readKeys()
      if (made === undefined) throw new Error('the signing keys were written and are gone')
      return open(made)
    },
    async add(signsFrom) {
      const sealed = await store.readKeys()
      const before = sealed === undefined ? await newKeyRing(now()) : open(sealed)
      if (isRotating(before, now())) throw conflict()
      const [signing, ...others] = publishedKeys(before, now())
      const added = await newRingKey(signsFrom)
      const ring = ringOf([signing, ...others, added])
      if (!(await swap(sealed, ring))) throw conflict()
      return { ring, added }
    },
  }
}

const otherKey =
  'the signing keys in the store were sealed with another STATE_KEY than this one. Set the one that sealed them, ' +
  'as the second key if it is to be replaced, and rotate the signing keys before you remove it'
const notOurs = 'what it opens in the store are not signing keys of this version of the gateway'

const conflict = (): GatewayError =>
  new GatewayError(
    'conflict',
    'The signing keys are being rotated already. Wait until the new key signs, which takes about a minute.',
  )
