/** Values of a template's variables in a URI, by name; undefined where the URI is not one of its. */
export type UriMatcher = (uri: string) => Readonly<Record<string, string>> | undefined

/**
 * Reads URIs by a template of RFC 6570 level 1 (`{name}`): every variable is one segment, percent-decoded, not empty,
 * and without a slash, a dot segment or a control character after decoding, so that it can stand in a path or an ARN.
 */
export const uriMatcher = (template: string): UriMatcher => {
  // Two of them in one segment could be told apart in many ways, and trying all of them takes too long.
  if (/\}[^/?#]*\{/.test(template)) throw new RangeError('a segment of a template has one variable at most')
  const names: string[] = []
  const source = template.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
    names.push(name)
    return '([^/?#]+)'
  })
  const pattern = new RegExp(`^${source.join('')}$`)
  return (uri) => {
    const found = uri.length <= 2048 ? pattern.exec(uri) : null
    if (!found) return undefined
    const values = found.slice(1).map(decoded)
    if (!values.every((value) => value !== undefined)) return undefined
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']))
  }
}

/** Whether a resource's URI is a template. */
export const isTemplate = (uri: string): boolean => uri.includes('{')

const decoded = (segment: string): string | undefined => {
  try {
    const value = decodeURIComponent(segment)
    return /[/\\\p{Cc}]/u.test(value) || value === '.' || value === '..' ? undefined : value
  } catch {
    return undefined
  }
}
