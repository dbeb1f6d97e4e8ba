import { readFile } from 'node:fs/promises'
import { ConfigurationError, checkTenants, type Tenant } from '@gateway/domain'
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
  const unset: Unset = { names: new Set(), paths: [] }
  const { tenants, faults } = checkTenants(filledValue(document, { file, env, unset }))
  const all = [
    ...[...unset.names].map((name) => `\${${name}}: is not set in the environment`),
    // What is wrong with a value that could not be filled in is that, and nothing else.
    ...faults.filter((fault) => !unset.paths.some((path) => fault.startsWith(`${path}: `))),
  ]
  if (all.length > 0) throw new ConfigurationError(file, all)
  return tenants
}

type Environment = Readonly<Record<string, string | undefined>>

/** Names that the file uses and the environment does not set, and where. */
interface Unset {
  readonly names: Set<string>
  readonly paths: string[]
}

const filledValue = (
  document: Document,
  { file, env, unset }: { file: string; env: Environment; unset: Unset },
): unknown => {
  const fill = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      return value.replace(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_, name: string) => {
        const found = env[name]
        if (!found) {
          unset.names.add(name)
          unset.paths.push(path)
        }
        return found ?? ''
      })
    }
    if (Array.isArray(value)) return value.map((each, i) => fill(each, `${path}[${i}]`))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, fill(each, path ? `${path}.${key}` : key)]),
    )
  }
  try {
    return fill(document.toJS({ maxAliasCount: 100 }), '')
  } catch {
    // Aliases of nothing, of themselves, or too many; merges of what is no map. The error's text may hold values.
    throw new ConfigurationError(file, ['(root): an alias (*name) or a merge (<<) in it cannot be followed'])
  }
}
