import type { RequestPlace } from '@gateway/domain'

/** Names of what an ARN template leaves open beside the place, in lower case and in their order. */
export const variablesOf = (template: string): readonly string[] =>
  [...template.matchAll(anyVariable)]
    .map(([, name = '']) => name.toLowerCase())
    .filter((name) => !ofPlace.has(name))

/** The ARN that a template makes of values, in the order of its variables; undefined where it has more of them. */
export const fillTemplate = (
  template: string,
  { partition, region, accountId }: RequestPlace,
  values: readonly string[],
): string | undefined => {
  let at = 0
  const filled = template.replace(anyVariable, (_, name: string) => {
    const lower = name.toLowerCase()
    if (lower === 'partition') return partition
    if (lower === 'region') return region
    if (lower === 'account') return accountId
    return values[at++] ?? ''
  })
  return at === values.length ? filled : undefined
}

/** What an ARN of a template looks like, in whatever account and region. */
export const arnPattern = (template: string): RegExp => {
  const parts = template
    .split(anyVariable)
    .map((part, i) => (i % 2 === 0 ? escaped(part) : ofPlace.has(part.toLowerCase()) ? '[^:]*' : '[^:]+'))
  return new RegExp(`^${parts.join('')}$`)
}

/** Whether a text may be a part of an ARN and be taken for nothing else: no wildcard, variable or separator. */
export const isPlainId = (text: string): boolean => /^[\w+=,.@~#-]{1,512}$/.test(text)

/** Whether a text is an ARN without anything that a policy would take for a wildcard or variable. */
export const isPlainArn = (text: string): boolean =>
  /^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9a-z]*:[^\s*?$]{1,2048}$/.test(text)

/** What an ARN of a container names, such as a cluster; a name is itself. */
export const lastPart = (text: string): string =>
  text.startsWith('arn:') ? (text.split(/[:/]/).at(-1) ?? '') : text

const anyVariable = /\$\{(\w+)\}/g
const ofPlace: ReadonlySet<string> = new Set(['partition', 'region', 'account'])
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
