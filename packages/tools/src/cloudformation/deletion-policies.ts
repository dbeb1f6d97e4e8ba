/** What becomes of a resource when its stack is deleted. */
export type Fate = 'Remove' | 'Retain' | 'Snapshot'

/** What a template says of a resource, as far as it decides that. */
interface Declared {
  type?: string | undefined
  policy?: string | undefined
  /** Whether `DBClusterIdentifier` is among its properties; undefined where that cannot be told. */
  inCluster: boolean | undefined
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
const fateOf = ({ type, policy, inCluster }: Declared): Fate | undefined => {
  if (policy === 'Delete') return 'Remove'
  if (policy === 'Snapshot') return 'Snapshot'
  // The latter differs in the rollback of a creation only.
  if (policy === 'Retain' || policy === 'RetainExceptOnCreate') return 'Retain'
  if (policy !== undefined) return undefined
  if (type === 'AWS::RDS::DBCluster') return 'Snapshot'
  if (type !== 'AWS::RDS::DBInstance') return 'Remove'
  if (inCluster === undefined) return undefined
  return inCluster ? 'Remove' : 'Snapshot'
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
          inCluster: inClusterByJson(Object(Properties)),
        },
      ]),
    )
  } catch {
    return undefined
  }
}

const inClusterByJson = (properties: Readonly<Record<string, unknown>>): boolean | undefined => {
  if (!Object.hasOwn(properties, 'DBClusterIdentifier')) return false
  return mayBeLeftOut(JSON.stringify(properties.DBClusterIdentifier)) ? undefined : true
}

/** Whether a value may be that of no property at all, by a condition. */
const mayBeLeftOut = (value: string): boolean => value.includes('AWS::NoValue')

const fromYaml = (template: string): ReadonlyMap<string, Declared> | undefined => {
  const lines = linesOf(template)
  const start = lines.findIndex(({ indent, key }) => indent === 0 && key === 'Resources')
  const end = lines.findIndex(({ indent }, at) => at > start && indent === 0)
  const section = lines.slice(start + 1, end === -1 ? undefined : end)
  if (lines[start]?.value !== '') return undefined
  const found = new Map<string, Declared>()
  let membersAt: number | undefined
  let resource: Declared = { inCluster: false }
  for (const [at, { indent, key, value }] of section.entries()) {
    const idsAt = section[0]?.indent ?? 0
    if (indent === idsAt) {
      if (key === undefined || value !== '' || found.has(key)) return undefined
      resource = { inCluster: false }
      membersAt = undefined
      found.set(key, resource)
      continue
    }
    membersAt = membersAt ?? indent
    if (indent < idsAt || indent < membersAt) return undefined
    if (indent > membersAt) continue
    // A list may stand as far to the left as its key.
    if (key === undefined && !value.startsWith('- ')) return undefined
    if (key === 'Type') resource.type = value
    if (key === 'DeletionPolicy') resource.policy = value
    if (key === 'Properties') resource.inCluster = inClusterByLines(section, at)
  }
  return found.size > 0 ? found : undefined
}

/** Of the properties that begin in line `at`: only the keys one level below them count, not what a text happens to have. */
const inClusterByLines = (lines: readonly Line[], at: number): boolean | undefined => {
  const below = linesBelow(lines, at)
  const value = lines[at]?.value ?? ''
  if (value !== '') {
    // In flow form, or by an alias or a tag.
    const text = [value, ...below.flatMap((line) => [line.key, line.value])].join(' ')
    return value.startsWith('{') && !/DBClusterIdentifier|<<|\*/.test(text) ? false : undefined
  }
  const isOwn = ({ indent }: Line) => indent === below[0]?.indent
  // A merge, or a key in a form of its own.
  if (below.some((line) => isOwn(line) && line.key === undefined && !line.value.startsWith('- ')))
    return undefined
  const cluster = below.findIndex((line) => isOwn(line) && line.key === 'DBClusterIdentifier')
  if (cluster === -1) return false
  const given = [below[cluster], ...linesBelow(below, cluster)].map((line) => line?.value ?? '')
  return given.some((each) => mayBeLeftOut(each) || /^[&*]/.test(each)) ? undefined : true
}

/** The lines that are further to the right than line `at`, which they follow. */
const linesBelow = (lines: readonly Line[], at: number): readonly Line[] => {
  const indent = lines[at]?.indent ?? 0
  let end = at + 1
  while ((lines[end]?.indent ?? 0) > indent) end++
  return lines.slice(at + 1, end)
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
