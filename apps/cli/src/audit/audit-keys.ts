import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { auditKeyId, auditKeyOf, keyThumbprint } from '@gateway/audit'
import { TenantFailure, wrongUse } from '../tenant/tenant-failure.ts'
import type { AuditPlaces } from './audit-files.ts'

/** What a log is verified with. */
export interface AuditKeys {
  readonly publicKeys: readonly KeyObject[]
  /** By `key_id`. */
  readonly hmacKeys: ReadonlyMap<string, Uint8Array>
  /** Where each is from, and what it is called: for the report. */
  readonly used: UsedKeys
}

/** Keys by their names, as JSON has them. */
export interface UsedKeys {
  readonly public_keys: readonly { readonly file: string; readonly thumbprint: string }[]
  readonly hmac_keys: readonly { readonly from: string; readonly key_id: string }[]
}

interface KeyFiles {
  readonly publicKeys: readonly string[]
  readonly hmacKeys: readonly string[]
  /** Audit files: those of the sandbox have their keys beside them. */
  readonly files: readonly string[]
}

/**
 * Keys of the named files, else of the environment, else those of the sandbox for its own log: elsewhere a key that lies beside a log
 * could have been changed with it. Throws `TenantFailure`, which has nothing of a key in it.
 */
export const readAuditKeys = async (named: KeyFiles, places: AuditPlaces): Promise<AuditKeys> => {
  const publicKeys = (await publicFiles(named, places)).map(({ text, file }) => ({
    file,
    key: publicKeyOf(text, file),
  }))
  const hmacKeys = (await hmacTexts(named, places)).map(({ text, file }) => ({
    file,
    entry: namedHmacKey(text, file),
  }))
  return {
    publicKeys: publicKeys.map(({ key }) => key),
    hmacKeys: new Map(hmacKeys.map(({ entry }) => entry)),
    used: {
      public_keys: publicKeys.map(({ file, key }) => ({ file, thumbprint: keyThumbprint(key) })),
      hmac_keys: hmacKeys.map(({ file, entry: [id] }) => ({ from: file, key_id: id })),
    },
  }
}

interface Text {
  readonly text: string
  readonly file: string
}

const publicFiles = async (named: KeyFiles, places: AuditPlaces): Promise<Text[]> => {
  const { folder, env } = places
  const files =
    named.publicKeys.length > 0 ? named.publicKeys : [env.AUDIT_PUBLIC_KEY_FILE ?? ''].filter(Boolean)
  if (files.length > 0) return Promise.all(files.map((file) => textOf(resolve(folder, file))))
  return ofSandbox('audit.jsonl.pub.pem', named, places)
}

const hmacTexts = async (named: KeyFiles, places: AuditPlaces): Promise<Text[]> => {
  const { folder, env } = places
  if (named.hmacKeys.length > 0)
    return Promise.all(named.hmacKeys.map((file) => textOf(resolve(folder, file))))
  if (env.AUDIT_HMAC_KEY) return [{ text: env.AUDIT_HMAC_KEY, file: 'AUDIT_HMAC_KEY' }]
  if (env.AUDIT_HMAC_KEY_FILE) return [await textOf(resolve(folder, env.AUDIT_HMAC_KEY_FILE))]
  if (env.STATE_KEY) return derivedTexts(env.STATE_KEY)
  if (env.STATE_KEY_FILE) return derivedTexts((await textOf(resolve(folder, env.STATE_KEY_FILE))).text)
  return ofSandbox('audit-hmac-key', named, places)
}

/** A key of the sandbox, where its log is among the files. */
const ofSandbox = async (
  name: string,
  { files }: KeyFiles,
  { sandboxFolder }: AuditPlaces,
): Promise<Text[]> => {
  if (sandboxFolder === undefined || !files.includes(join(sandboxFolder, 'audit.jsonl'))) return []
  const file = join(sandboxFolder, name)
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? [] : [{ text, file }]
}

/** What a gateway without a key of its own for the log has used, now and before `STATE_KEY` was replaced. */
const derivedTexts = (stateKeys: string): Text[] =>
  stateKeys.split(',').map((each) => ({
    text: auditKeyOf(Buffer.from(each.trim(), 'base64')).toString('base64'),
    file: 'STATE_KEY',
  }))

const textOf = async (file: string): Promise<Text> => {
  try {
    return { text: await readFile(file, 'utf8'), file }
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
    throw new TenantFailure(`${file} cannot be read (${code}).`, { exitCode: 2 })
  }
}

const publicKeyOf = (text: string, file: string): KeyObject => {
  const key = parsedKey(text)
  if (key?.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key
  throw wrongUse(`${file} must be a public key of curve P-256, as PEM or JWK.`)
}

const parsedKey = (text: string): KeyObject | undefined => {
  try {
    if (text.trimStart().startsWith('{')) return createPublicKey({ key: JSON.parse(text), format: 'jwk' })
    // Whoever has only the private key at hand need not take it apart.
    return text.includes('PRIVATE KEY') ? createPublicKey(createPrivateKey(text)) : createPublicKey(text)
  } catch {
    return undefined
  }
}

const namedHmacKey = (text: string, file: string): [string, Uint8Array] => {
  const key = Buffer.from(text.trim(), 'base64')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text.trim()) || key.length < 32) {
    throw wrongUse(`${file} must be base64 of at least 32 bytes.`)
  }
  return [auditKeyId(key), key]
}
