import { readFile } from 'node:fs/promises'
import { ConfigurationError, parseTenants, type Tenant } from '@gateway/domain'
import { parse } from 'yaml'

/** Reads a tenants file, with `${NAME}` in its strings replaced from `variables`. */
export const readTenants = async (
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Tenant[]> => {
  const missing = new Set<string>()
  const filled = (name: string): string => {
    const value = variables[name]
    if (value === undefined) missing.add(name)
    return value ?? ''
  }
  const reviver = (_key: unknown, value: unknown) =>
    typeof value === 'string' ? value.replace(/\$\{(\w+)\}/g, (_match, name: string) => filled(name)) : value
  const document: unknown = parse(await readFile(file, 'utf8'), reviver, { merge: true })
  if (missing.size > 0) {
    throw new ConfigurationError(
      file,
      [...missing].map((name) => `environment variable ${name}: is not set`),
    )
  }
  return parseTenants(document, file)
}
