/** What becomes of a resource when its stack is deleted. */
export type Fate = 'Remove' | 'Retain' | 'Snapshot'

/** What a template says of a resource, as far as it decides that. */
interface Declared {
  type?: string | undefined
  policy?: string | undefined
  inCluster?: boolean
}

/**
 * What becomes of each resource of a template by its logical id; undefined where the template cannot be read. Of YAML only
 * the lines are read that have the policies, in the usual block form: a template may have a megabyte, over which a whole
 * parser would make every other caller wait. Whatever else stands there makes it unreadable, never wrong.
 */
export const fatesIn = (template: string): ReadonlyMap<string, Fate> | undefined => {
  const resources = template.trimStart().startsWith('{') ? fromJson(template) : fromYaml(template)
  if (!resources) return undefined
  const fates = new Map<string, Fate>()
  for (const [id, declared] of resources) {
    const fate = fateOf(declared)
    if (!fate) return undefined
    fates.set(id, fate)
  }
  return fates
}

/** CloudFormation User Guide, "DeletionPolicy attribute": the policies, and the defaults of databases. */
const fateOf = ({ type, policy, inCluster = false }: Declared): Fate | undefined => {
  if (policy === 'Delete') return 'Remove'
  if (policy === 'Snapshot') return 'Snapshot'
  // The latter differs in the rollback of a creation only.
  if (policy === 'Retain' || policy === 'RetainExceptOnCreate') return 'Retain'
  if (policy !== undefined) return undefined
  return type === 'AWS::RDS::DBCluster' || (type === 'AWS::RDS::DBInstance' && !inCluster)
    ? 'Snapshot'
    : 'Remove'
}

const fromJson = (template: string): ReadonlyMap<string, Declared> | undefined => {
  try {
    const { Resources } = JSON.parse(template)
    return new Map(
      Object.entries<Record<string, unknown>>(Resources).map(([id, { Type, DeletionPolicy, Properties }]) => [
        id,
        {
          type: String(Type),
          ...(DeletionPolicy !== undefined && { policy: String(DeletionPolicy) }),
          inCluster: Object.hasOwn(Object(Properties), 'DBClusterIdentifier'),
        },
      ]),
    )
  } catch {
    return undefined
  }
}

const fromYaml = (template: string): ReadonlyMap<string, Declared> | undefined => {
  const lines = linesOf(template)
  const start = lines.findIndex(({ indent, key }) => indent === 0 && key === 'Resources')
  const end = lines.findIndex(({ indent }, at) => at > start && indent === 0)
  const section = lines.slice(start + 1, end === -1 ? undefined : end)
  if (lines[start]?.value !== '') return undefined
  const found = new Map<string, Declared>()
  let membersAt: number | undefined
  let resource: Declared = {}
  for (const { indent, key, value } of section) {
    const idsAt = section[0]?.indent ?? 0
    if (indent === idsAt) {
      if (key === undefined || value !== '' || found.has(key)) return undefined
      resource = {}
      membersAt = undefined
      found.set(key, resource)
      continue
    }
    membersAt = membersAt ?? indent
    if (indent < idsAt || indent < membersAt) return undefined
    if (indent > membersAt) {
      if (key === 'DBClusterIdentifier') resource.inCluster = true
      continue
    }
    // A list may stand as far to the left as its key.
    if (key === undefined && !value.startsWith('- ')) return undefined
    if (key === 'Type') resource.type = value
    if (key === 'DeletionPolicy') resource.policy = value
  }
  return found.size > 0 ? found : undefined
}

interface Line {
  readonly indent: number
  /** Of a member of a mapping. */
  readonly key?: string | undefined
  /** What follows the key, or the whole line, without comment and quotes. */
  readonly value: string
}

const linesOf = (template: string): readonly Line[] =>
  template.split(/\r?\n/).flatMap((line) => {
    const indent = line.search(/[^ ]/)
    if (indent === -1 || line[indent] === '#') return []
    const [, , key, rest = ''] = /^ *(["']?)([\w:]+)\1 *:(?: +(.*))?$/.exec(line) ?? []
    const text = key === undefined ? line.trim() : rest.replace(/(^| )#.*$/, '').trim()
    return [{ indent, key, value: unquoted(text) }]
  })

const unquoted = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text
