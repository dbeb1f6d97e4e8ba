/** Whether IAM's wildcards `*` and `?` let `pattern` stand for `text`. */
export const fits = (pattern: string, text: string, { ignoreCase = false } = {}): boolean => {
  if (pattern === '*') return true
  const source = pattern
    .replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(text)
}

/** The same for ARNs, whose first five parts are compared one by one (IAM User Guide, "ARN condition operators"). */
export const fitsArn = (pattern: string, arn: string): boolean => {
  const [patterns, parts] = [partsOf(pattern), partsOf(arn)]
  return patterns.length === parts.length && patterns.every((each, i) => fits(each, parts[i] ?? ''))
}

const partsOf = (arn: string): string[] => {
  const parts = arn.split(':')
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}
