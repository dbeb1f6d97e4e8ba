import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Encrypts what only the replicas of one deployment may read. */
export interface TextSeal {
  seal(text: string): string
  /** Undefined for what none of the keys has sealed for this purpose. */
  open(sealed: string): string | undefined
}

/**
 * AES-256-GCM under a key derived from each of `keys` (HKDF-SHA256, RFC 5869) for one purpose, which is authenticated, too:
 * what was sealed for another does not open. The first key seals and all open. Each has at least 32 bytes.
 */
export const textSeal = (keys: readonly [Buffer, ...Buffer[]], purpose: string): TextSeal => {
  if (keys.some((key) => key.length < 32)) throw new RangeError('a key that seals needs at least 32 bytes')
  const aad = Buffer.from(purpose)
  const [first, ...others] = keys.map((key) => Buffer.from(hkdfSync('sha256', key, nothing, aad, 32)))
  const own = first as Buffer
  return {
    seal(text) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv(algorithm, own, iv, { authTagLength: tagBytes }).setAAD(aad)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `${version}.${Buffer.concat([iv, body, cipher.getAuthTag()]).toString('base64url')}`
    },
    open(sealed) {
      if (!sealed.startsWith(`${version}.`)) return undefined
      const bytes = Buffer.from(sealed.slice(version.length + 1), 'base64url')
      if (bytes.length < ivBytes + tagBytes) return undefined
      for (const key of [own, ...others]) {
        const text = opened(bytes, key, aad)
        if (text !== undefined) return text
      }
      return undefined
    },
  }
}

const opened = (bytes: Buffer, key: Buffer, aad: Buffer): string | undefined => {
  const cipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
  cipher.setAAD(aad).setAuthTag(bytes.subarray(-tagBytes))
  const body = cipher.update(bytes.subarray(ivBytes, -tagBytes))
  try {
    return Buffer.concat([body, cipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

const algorithm = 'aes-256-gcm'
const version = '1'
const ivBytes = 12
const tagBytes = 16
const nothing = Buffer.alloc(0)
