/**
 * The canonical resource, for each of the ways in which clients name it (RFC 8707): itself or its origin, with and without a
 * slash behind it, in any case of scheme and host. Undefined where any of the values is another resource, and where there is
 * none.
 */
export const canonicalResource = (asked: unknown, canonical: string): string | undefined => {
  const values = Array.isArray(asked) ? asked : [asked]
  if (values.length === 0 || values.length > mostValues) return undefined
  const { origin } = new URL(canonical)
  const names = [canonical, `${canonical}/`, origin, `${origin}/`]
  return values.every((value) => typeof value === 'string' && names.includes(lowerOrigin(value)))
    ? canonical
    : undefined
}

const mostValues = 10

/** Scheme and host in lower case, the rest to the letter (RFC 3986 section 6.2.2.1). */
const lowerOrigin = (uri: string): string =>
  uri.length > 2_048
    ? ''
    : uri.replace(/^[A-Za-z]+:\/\/[\x21-\x7e]*?(?=\/|$)/, (match) => match.toLowerCase())
