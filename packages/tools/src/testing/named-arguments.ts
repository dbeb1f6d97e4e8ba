/** An argument as a text for a model names it. */
export interface NamedArgument {
  readonly tool: string
  readonly name: string
  readonly value: unknown
}

/**
 * Arguments in a text, as in `Call aws_x with name "value", other [1] and third 5`: a name and a value of JSON. `it` and
 * anything else that comes before `with` means the tool that was named last.
 */
export const argumentsIn = (text: string): readonly NamedArgument[] => {
  const found: NamedArgument[] = []
  let tool: string | undefined
  for (const { 0: word, index } of text.matchAll(/\baws_[a-z0-9_]+|\bwith /g)) {
    if (word !== 'with ') tool = word
    else if (tool !== undefined) found.push(...listAt(text.slice(index + word.length), tool))
  }
  return found
}

const listAt = (text: string, tool: string): readonly NamedArgument[] => {
  const name = /^([a-z][A-Za-z]*) (?=["[{\d]|true\b|false\b)/.exec(text)
  if (!name) return []
  const rest = text.slice(name[0].length)
  const length = valueLength(rest)
  const link = /^(, and |, | and )/.exec(rest.slice(length))
  return [
    { tool, name: name[1] ?? '', value: JSON.parse(rest.slice(0, length)) },
    ...(link ? listAt(rest.slice(length + link[0].length), tool) : []),
  ]
}

/** Length of the value of JSON that a text starts with. */
const valueLength = (text: string): number => {
  const [word] = /^(\d+|true|false)/.exec(text) ?? []
  if (word !== undefined) return word.length
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth += 1
    if (token === ']' || token === '}') depth -= 1
    if (depth === 0) return index + token.length
  }
  throw new Error(`a value without an end: ${text.slice(0, 80)}`)
}
