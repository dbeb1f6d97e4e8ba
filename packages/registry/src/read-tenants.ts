import { readFile } from 'node:fs/promises'
import { ConfigurationError, checkTenants, type Tenant } from '@gateway/domain'
import { type Document, parseDocument } from 'yaml'

/**
 * Reads and checks the tenants file. `${NAME}` in any value is replaced from `env`; a name that is not set is a
 * fault like any other, and so is what `check` tells of a tenant. Throws `ConfigurationError` with every fault by its
 * path.
 */
export const readTenants = async (file: string, env: Environment, check?: TenantCheck): Promise<Tenant[]> =>
  tenantsIn(await textOf(file), { file, env, ...(check && { check }) })

/** Faults of a tenant that its schema cannot see, each as `path: what is wrong` from the tenant on. */
export type TenantCheck = (tenant: Tenant) => readonly string[]

export type Environment = Readonly<Record<string, string | undefined>>

/** How a text of a tenants file is read: `file` names it in faults. */
export interface ReadingOptions {
  readonly file: string
  readonly env: Environment
  readonly check?: TenantCheck
}

/** The text of the tenants file; throws `ConfigurationError` where it cannot be read. */
export const textOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigurationError(`TENANTS_FILE ${file}`, [
      `(root): cannot be read (${cause.code ?? 'unknown'})`,
    ])
  })

/** The tenants in the text of a tenants file; throws `ConfigurationError` with every fault by its path. */
export const tenantsIn = (text: string, { file, env, check }: ReadingOptions): Tenant[] => {
  const document = parseDocument(text, { merge: true, uniqueKeys: true })
  const syntax = document.errors.map(
    ({ code, linePos }) => `line ${linePos?.[0].line ?? '?'}: not valid YAML (${code})`,
  )
  if (syntax.length > 0) throw new ConfigurationError(file, syntax)
  const unset: Unset = { names: new Set(), paths: [] }
  const { tenants, faults } = checkTenants(filledValue(document, { file, env, unset }), check)
  const all = [
    ...[...unset.names].map((name) => `\${${name}}: is not set in the environment`),
    // What is wrong with a value that could not be filled in is that, and nothing else.
    ...faults.filter((fault) => !unset.paths.some((path) => fault.startsWith(`${path}: `))),
  ]
  if (all.length > 0) throw new ConfigurationError(file, all)
  return tenants
}

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
