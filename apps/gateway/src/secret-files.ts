import { readFileSync } from 'node:fs'
import { ConfigurationError } from '@gateway/domain'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment with `STATE_KEY` read from `STATE_KEY_FILE`, as container platforms hand out secrets; the
 * same for `REDIS_URL`, which may hold a password, that of its sentinels, the keys of the audit log, and every `SSO_SECRET_*` of
 * the companies' sign-ins. Throws `ConfigurationError` for a file that cannot be read, or where both are given.
 */
export const withSecretFiles = (env: Environment): Environment => {
  const faults: string[] = []
  const read: Record<string, string> = {}
  const ofSso = Object.keys(env).flatMap((name) => /^(SSO_SECRET_[A-Z0-9_]+)_FILE$/.exec(name)?.[1] ?? [])
  const ours = ['STATE_KEY', 'REDIS_URL', 'REDIS_SENTINEL_PASSWORD', 'AUDIT_HMAC_KEY', 'AUDIT_SIGNING_KEY']
  for (const name of [...ours, ...ofSso]) {
    const file = env[`${name}_FILE`]
    if (!file) continue
    if (env[name]) faults.push(`${name}_FILE: is given beside ${name}; give one of them`)
    try {
      read[name] = readFileSync(file, 'utf8').trim()
    } catch (thrown) {
      const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
      faults.push(`${name}_FILE: the file cannot be read (${code})`)
    }
  }
  if (faults.length > 0) throw new ConfigurationError('The environment', faults)
  return { ...env, ...read }
}
