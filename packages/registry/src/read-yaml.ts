import { ConfigurationError } from '@gateway/domain'
import { parseDocument } from 'yaml'

/**
 * The value of YAML or JSON as it is, without anything of the environment put in. Throws `ConfigurationError`, named
 * `file`, which says where it is wrong and quotes nothing.
 */
export const readYaml = (text: string, file: string): unknown => {
  const document = parseDocument(text, { merge: true, uniqueKeys: true })
  const faults = document.errors.map(
    ({ code, linePos }) => `line ${linePos?.[0].line ?? '?'}: not valid YAML (${code})`,
  )
  if (faults.length > 0) throw new ConfigurationError(file, faults)
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch {
    throw new ConfigurationError(file, ['(root): an alias (*name) or a merge (<<) in it cannot be followed'])
  }
}
