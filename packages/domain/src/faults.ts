/** A configuration that cannot be used: every fault at once, each with its path and without any value. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[]

  constructor(source: string, faults: readonly string[]) {
    super(`${source} cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'ConfigurationError'
    this.faults = faults
  }
}

/** `a.b[0].c: what is wrong`, in zod's words, which never repeat the value. */
export const faultOf = (issue: { path: readonly PropertyKey[]; message: string }): string => {
  const path = issue.path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text ? '.' : ''}${String(key)}`),
    '',
  )
  return `${path || '(root)'}: ${issue.message}`
}
