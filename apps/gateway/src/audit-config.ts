import { auditKeyOf, localSigner } from '@gateway/audit'
import type { CheckpointSigner } from '@gateway/domain'
import { z } from 'zod'
import { wholeNumber } from './number-settings.ts'

/** Settings of the audit log on this machine, as they stand in the environment. */
export const auditEnvironment = {
  AUDIT_FILE: z.string().min(1).optional(),
  AUDIT_FILE_MAX_BYTES: wholeNumber(65_536).optional(),
  AUDIT_FILE_DAILY: z.enum(['0', '1']).default('0'),
  AUDIT_FILE_KEEP: wholeNumber(1, 10_000).optional(),
  AUDIT_STDOUT: z.enum(['0', '1']).optional(),
  AUDIT_HMAC_KEY: z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length >= 32, { error: 'must be base64 of at least 32 random bytes' })
    .optional(),
  AUDIT_SIGNING_KEY: z
    .string()
    .transform((text, context): CheckpointSigner => {
      try {
        return localSigner(text)
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof TypeError ? error.message : 'is wrong' })
        return z.NEVER
      }
    })
    .optional(),
}

/** The audit log on this machine. */
export interface AuditConfig {
  readonly file?: {
    readonly path: string
    readonly maxBytes?: number
    readonly daily: boolean
    readonly keep?: number
  }
  readonly stdout: boolean
  /** Of the hashes; absent means one that dies with the process. */
  readonly hmacKey?: Buffer
  /** Absent where nobody vouches for checkpoints. */
  readonly signer?: CheckpointSigner
}

type Given = Readonly<Record<string, string | undefined>>

/** Faults between these settings and others. */
export const auditFaults = (given: Given): string[] => {
  if (given.AUDIT_FILE !== undefined) return []
  const faults = ['AUDIT_FILE_MAX_BYTES', 'AUDIT_FILE_DAILY', 'AUDIT_FILE_KEEP']
    .filter((name) => given[name] !== undefined)
    .map((name) => `${name}: says nothing without AUDIT_FILE`)
  if (given.AUDIT_STDOUT === '0') {
    faults.push(
      'AUDIT_STDOUT: must be 1 without AUDIT_FILE, or what this machine answered has no record on it',
    )
  }
  return faults
}

type Values = z.infer<z.ZodObject<typeof auditEnvironment>>

/** The settings together; `stateKey` is the one that signs. */
export const auditConfig = (values: Values, stateKey: Buffer | undefined): AuditConfig => {
  const { AUDIT_FILE: path, AUDIT_FILE_MAX_BYTES: maxBytes, AUDIT_FILE_KEEP: keep } = values
  const hmacKey = values.AUDIT_HMAC_KEY ?? (stateKey && auditKeyOf(stateKey))
  return {
    ...(path !== undefined && {
      file: {
        path,
        daily: values.AUDIT_FILE_DAILY === '1',
        ...(maxBytes !== undefined && { maxBytes }),
        ...(keep !== undefined && { keep }),
      },
    }),
    stdout: (values.AUDIT_STDOUT ?? (path === undefined ? '1' : '0')) === '1',
    ...(hmacKey && { hmacKey }),
    ...(values.AUDIT_SIGNING_KEY && { signer: values.AUDIT_SIGNING_KEY }),
  }
}
