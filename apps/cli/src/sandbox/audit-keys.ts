import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { provideOnce, provideSecret } from '../services/provide-secret.ts'
import type { GatewaySettings } from './gateway-environment.ts'
import type { SandboxPaths } from './paths.ts'

/**
 * Keys of the sandbox's audit log, made once: records of one start and the next are verified with the same. The public one stands
 * beside the log, where `aws-mcp audit verify` finds it.
 */
export const provideAuditKeys = async (
  paths: Pick<SandboxPaths, 'audit' | 'auditPublicKey' | 'auditSigningKey' | 'auditHmacKey'>,
): Promise<GatewaySettings['audit']> => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const made = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const kept = await provideOnce(paths.auditSigningKey, String(made))
  const publicKey = createPublicKey(kept).export({ type: 'spki', format: 'pem' })
  await writeFile(paths.auditPublicKey, publicKey)
  await provideSecret(paths.auditHmacKey)
  return { file: paths.audit, signingKeyFile: paths.auditSigningKey, hmacKeyFile: paths.auditHmacKey }
}
