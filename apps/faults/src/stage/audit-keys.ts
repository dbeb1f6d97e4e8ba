import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { auditKeyId, verifyAudit } from '@gateway/audit'

/** What the gateways seal their audit log with, and what others check it by. */
export interface AuditKeys {
  /** Settings of a gateway. */
  readonly env: Readonly<Record<string, string>>
  readonly hmacKey: Buffer
  readonly publicKey: KeyObject
}

/** New ones. */
export const makeAuditKeys = (): AuditKeys => {
  const hmacKey = randomBytes(32)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    env: {
      AUDIT_HMAC_KEY: hmacKey.toString('base64'),
      AUDIT_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
    hmacKey,
    publicKey,
  }
}

/** What is wrong with the chains in a folder of audit files, in words; a line that a killed process did not finish is not. */
export const chainFaults = async (folder: string, { hmacKey, publicKey }: AuditKeys): Promise<string[]> => {
  const names = (await readdir(folder)).filter((name) => name.includes('.jsonl'))
  const report = await verifyAudit({
    files: names.map((name) => join(folder, name)),
    publicKeys: [publicKey],
    hmacKeys: new Map([[auditKeyId(hmacKey), hmacKey]]),
    closed: false,
    partial: false,
  })
  if (report.verdict === 'verified') return []
  const faults = report.chains.flatMap(({ faults }) => faults.map(({ kind, text }) => `${kind}: ${text}`))
  return [`the audit log is ${report.verdict}`, ...faults]
}
