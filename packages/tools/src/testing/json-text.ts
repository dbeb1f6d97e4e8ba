const lineWidth = 110

/** JSON as the formatter of this repository writes it, so that snapshots need no second formatting. */
export const jsonText = (value: unknown): string => `${write(value, '')}\n`

const write = (value: unknown, indent: string, before = 0): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const flat = `[${value.map((each) => write(each, inner)).join(', ')}]`
    if (!flat.includes('\n') && indent.length + before + flat.length < lineWidth) return flat
    return `[\n${value.map((each) => inner + write(each, inner)).join(',\n')}\n${indent}]`
  }
  const fields = Object.entries(value).map(([name, each]) => {
    const key = `${JSON.stringify(name)}: `
    return inner + key + write(each, inner, key.length)
  })
  return fields.length === 0 ? '{}' : `{\n${fields.join(',\n')}\n${indent}}`
}
