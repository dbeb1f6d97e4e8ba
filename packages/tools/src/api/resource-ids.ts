/**
 * Ids, names and ARNs of resources in the params of an operation, as far as the names of members or the shape of a text
 * say so: what a person is asked about. AWS's own words for them are members that end in `Id`, `Name`, `Arn` and the like.
 */
export const resourceIdsIn = (params: Readonly<Record<string, unknown>>): readonly string[] => {
  const found = new Set<string>()
  const visit = (value: unknown, named: boolean, depth: number): void => {
    if (depth > deepest) return
    if (typeof value === 'string') {
      if (value !== '' && value.length <= longest && (named || looksLikeOne.test(value))) found.add(value)
    } else if (Array.isArray(value)) {
      for (const each of value) visit(each, named, depth + 1)
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) visit(each, namesOne.test(name), depth + 1)
    }
  }
  visit(params, false, 0)
  return [...found]
}

/** Of a document of others; and the longest id there is, a key of S3 in bytes. */
const deepest = 64
const longest = 1_024

const namesOne =
  /^(Resources?|Bucket|Key|Queue|QueueUrl|Cluster|Service|Task|Table)$|(Id|Ids|Identifier|Identifiers|Name|Names|Arn|Arns|ARN|ARNs)$/

/** `arn:aws:…`, or a letter id such as `i-0123456789abcdef0`. */
const looksLikeOne = /^arn:|^[a-z]{1,12}(-[a-z]+)?-[0-9a-f]{8,17}$/
