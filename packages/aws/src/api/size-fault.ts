/** What is too big or too deep about a value, if anything. Looks at no more of it than the bounds allow. */
export const sizeFault = (value: unknown): string | undefined => {
  let values = 0
  let characters = 0
  const visit = (each: unknown, depth: number): string | undefined => {
    if (depth > maxDepth) return `The params are nested deeper than ${maxDepth} levels.`
    if (++values > maxValues) return `The params have more than ${maxValues} values.`
    if (typeof each === 'string') characters += each.length
    if (typeof each === 'object' && each !== null) {
      for (const key of Object.keys(each)) {
        if (!Array.isArray(each)) characters += key.length
        const fault = visit((each as Readonly<Record<string, unknown>>)[key], depth + 1)
        if (fault !== undefined) return fault
      }
    }
    return characters > maxCharacters ? `The params have more than ${maxCharacters} characters.` : undefined
  }
  return visit(value, 0)
}

const maxDepth = 40
const maxValues = 50_000
const maxCharacters = 1_000_000
