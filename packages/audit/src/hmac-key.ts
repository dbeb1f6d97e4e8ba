import { createHash, hkdfSync } from 'node:crypto'

/** The key of the chains of a gateway that was given none for them: HKDF-SHA-256 (RFC 5869) of its first state key. */
export const auditKeyOf = (stateKey: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', stateKey, new Uint8Array(), 'audit', 32))

/** `key_id` of the records under a key: the first 16 hexadecimal digits of SHA-256 over `audit` and the key. */
export const auditKeyId = (key: Uint8Array): string =>
  createHash('sha256').update('audit').update(key).digest('hex').slice(0, 16)
