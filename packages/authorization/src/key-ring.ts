import { createPublicKey, randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import * as z from 'zod'
import type { SigningKeyState } from './signing-keys.ts'

/** A private ES256 key, and from when it signs, in milliseconds since the epoch. */
export type RingKey = z.infer<typeof ringKey>

/** Signing keys in the order in which they sign, the newest last. */
export type KeyRing = readonly [RingKey, ...RingKey[]]

/** A new ring with one key that signs at once. */
export const newKeyRing = async (now: number): Promise<KeyRing> => [await newRingKey(now)]

/** A new key, under a random id. */
export const newRingKey = async (signsFrom: number): Promise<RingKey> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = randomBytes(16).toString('base64url')
  return ringKey.parse({
    jwk: { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' },
    signsFrom,
  })
}

/** A ring as text. */
export const encodeKeyRing = (ring: KeyRing): string => JSON.stringify(ring)

/** The ring of a text; undefined for any other text. */
export const decodeKeyRing = (text: string): KeyRing | undefined => {
  const { data: [first, ...others] = [] } = ringText.safeParse(text)
  return first && ringOf([first, ...others])
}

/** Keys in any order as a ring. */
export const ringOf = ([first, ...others]: KeyRing): KeyRing => {
  const [oldest = first, ...newer] = [first, ...others].sort((a, b) => a.signsFrom - b.signsFrom)
  return [oldest, ...newer]
}

/** What of a ring is published, the key that signs first: those to come, and old ones while their tokens live. */
export const publishedKeys = (ring: KeyRing, now: number): KeyRing => {
  const signing = ring.findLast(({ signsFrom }) => signsFrom <= now) ?? ring[0]
  const others = ring.filter((key, index) => {
    const next = ring[index + 1]
    return key !== signing && (!next || now < next.signsFrom + longestTokenLifeMs)
  })
  return [signing, ...others]
}

/** What is published of a ring as operators see it, the newest first. */
export const keyStates = (ring: KeyRing, now: number): SigningKeyState[] => {
  const [signing, ...others] = publishedKeys(ring, now)
  return [signing, ...others]
    .map((key): SigningKeyState => {
      const state = key === signing ? 'signing' : key.signsFrom > now ? 'pending' : 'retired'
      return { kid: key.jwk.kid, state, signsFrom: key.signsFrom }
    })
    .sort((one, other) => other.signsFrom - one.signsFrom)
}

/** True while a key of the ring does not sign yet. */
export const isRotating = (ring: KeyRing, now: number): boolean =>
  ring.some(({ signsFrom }) => signsFrom > now)

/** The private key as it is published to those who sign. */
export const jwkOf = ({ jwk }: RingKey): JWK => ({ ...jwk })

/** The public half as SPKI PEM. */
export const pemOf = ({ jwk: { kty, crv, x, y } }: RingKey): string =>
  createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString()

/** No token of ours is valid for longer, skew of clocks included. */
const longestTokenLifeMs = 20 * 60_000

const part = z.string().regex(/^[\w-]{43}$/)
const ringKey = z.strictObject({
  jwk: z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: part,
    y: part,
    d: part,
    kid: z.string().regex(/^[\w-]{1,64}$/),
    alg: z.literal('ES256'),
    use: z.literal('sig'),
  }),
  signsFrom: z.number().nonnegative(),
})

const ringText = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      context.addIssue('not JSON')
      return z.NEVER
    }
  })
  .pipe(z.array(ringKey).min(1))
