import { readFile } from 'node:fs/promises'
import { ConfigurationError, parseTenants, type Tenant } from '@gateway/domain'
import { type Document, parseDocument } from 'yaml'

/**
 * Reads and checks the tenants file. `${NAME}` in any value is replaced from `env`; a name that is not set is a
 * fault like any other. Throws `ConfigurationError` with every fault by its path.
 */
export const readTenants = async (file: string, env: Environment): Promise<Tenant[]> => {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigurationError(`TENANTS_FILE ${file}`, [
      `(root): cannot be read (${cause.code ?? 'unknown'})`,
    ])
  })
  const document = parseDocument(text, { merge: true, uniqueKeys: true })
  const syntax = document.errors.map(
    ({ code, linePos }) => `line ${linePos?.[0].line ?? '?'}: not valid YAML (${code})`,
  )
  if (syntax.length > 0) throw new ConfigurationError(file, syntax)
  const missing = new Set<string>()
  const filled = filledValue(document, { file, env, missing })
  if (missing.size > 0) {
    const faults = [...missing].map((name) => `\${${name}}: is not set in the environment`)
    throw new ConfigurationError(file, faults)
  }
  return parseTenants(filled, file)
}

type Environment = Readonly<Record<string, string | undefined>>

const filledValue = (
  document: Document,
  { file, env, missing }: { file: string; env: Environment; missing: Set<string> },
): unknown => {
  try {
    return fill(document.toJS({ maxAliasCount: 100 }), env, missing)
  } catch {
    // Aliases of nothing, of themselves, or too many; merges of what is no map. The error's text may hold values.
    throw new ConfigurationError(file, ['(root): an alias (*name) or a merge (<<) in it cannot be followed'])
  }
}

const fill = (value: unknown, env: Environment, missing: Set<string>): unknown => {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_, name: string) => {
      const found = env[name]
      if (!found) missing.add(name)
      return found ?? ''
    })
  }
  if (Array.isArray(value)) return value.map((each) => fill(each, env, missing))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, env, missing)]))
}
