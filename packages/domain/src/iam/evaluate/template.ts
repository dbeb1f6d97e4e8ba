import { globTest, type Wildcard } from './glob.ts'
import { type Truth, unknown } from './truth.ts'

/** Values of a condition key, which is asked for in lower case; [] = known to be absent, undefined = not known. */
export type ContextOf = (key: string) => readonly string[] | undefined

/** A part of a text of a policy; a plain text stands for itself. */
export type Part = string | Wildcard | Variable

/** `${name}` or `${name, 'fallback'}`. */
export interface Variable {
  /** As the policy writes it. */
  readonly name: string
  /** In lower case. */
  readonly key: string
  readonly fallback?: string
  /** It stands where AWS puts no value in, or it is none: what the text means is never known. */
  readonly unreadable?: true
}

/** Whether a text of a request is what a text of a policy stands for. */
export type Pattern = (text: string, context: ContextOf) => Truth

/** Splits a text of a policy into its parts (IAM User Guide, "IAM policy elements: Variables and tags"). */
export const partsOf = (
  text: string,
  { variables, wildcards }: { readonly variables: boolean; readonly wildcards: boolean },
): readonly Part[] => {
  if (!variables) return wildcards ? wildcardsIn(text) : [text]
  const tokens = text.matchAll(/\$\{[^}]*\}?|[^$]+|\$/g)
  return [...tokens].flatMap(([token]): readonly Part[] => {
    if (token.startsWith('${')) return [variableOf(token)]
    return wildcards ? wildcardsIn(token) : [token]
  })
}

/** Splits a text that has no variables into its parts. */
export const wildcardsIn = (text: string): readonly (string | Wildcard)[] =>
  text
    .split(/([*?])/)
    .filter((each) => each !== '')
    .map((each) => (each === '*' || each === '?' ? { wildcard: each } : each))

const variableOf = (token: string): Part => {
  const special = /^\$\{([*?$])\}$/.exec(token)?.[1]
  if (special !== undefined) return special
  const [, name, fallback] = /^\$\{\s*([^\s,'{}]+)\s*(?:,\s*'([^'*?$]*)'\s*)?\}$/.exec(token) ?? []
  if (name === undefined) return { name: token, key: token, unreadable: true }
  return { name, key: name.toLowerCase(), ...(fallback !== undefined && { fallback }) }
}

/**
 * The pattern of parts that `partsOf` gave. What has a variable without value stands for nothing, or with `open` for what is
 * not known.
 */
export const patternOf = (parts: readonly Part[], { ignoreCase = false, open = false } = {}): Pattern => {
  const cased = ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text
  const made = (filled: readonly (string | Wildcard)[]) =>
    globTest(filled.map((part) => (typeof part === 'string' ? cased(part) : part)))
  if (parts.every(isFilled)) {
    const matches = made(parts)
    return ignoreCase ? (text) => matches(cased(text)) : matches
  }
  return (text, context) => {
    const found = filledParts(parts, context, { open })
    if (found === undefined || !made(found.filled)(cased(text))) return false
    return found.missing.length === 0 || unknown(...found.missing)
  }
}

/** Parts with the values of their variables. */
export interface FilledParts {
  readonly filled: readonly (string | Wildcard)[]
  /** Variables of which no value is known: `*` stands in their place. */
  readonly missing: readonly string[]
}

/** Puts values in; undefined where a variable is known to have none, which with `open` is taken for one that is not known. */
export const filledParts = (
  parts: readonly Part[],
  context: ContextOf,
  { open }: { readonly open: boolean },
): FilledParts | undefined => {
  const missing: string[] = []
  const filled: (string | Wildcard)[] = []
  for (const part of parts) {
    if (isFilled(part)) {
      filled.push(part)
      continue
    }
    const value = variableValue(part, context) ?? (open ? notKnown : undefined)
    if (value === undefined) return undefined
    if (value === notKnown) missing.push(part.name)
    filled.push(value)
  }
  return { filled, missing }
}

/** Whether a part is no variable. */
export const isFilled = (part: Part): part is string | Wildcard =>
  typeof part === 'string' || 'wildcard' in part

/** In place of a value that is not known: it may be any, so where even this does not match nothing does. */
const notKnown: Wildcard = { wildcard: '*' }

/**
 * The value of a variable; undefined where it is known to have none. A key of several values is no variable, and whether AWS takes
 * an empty value for one is not known.
 */
const variableValue = (
  { key, fallback, unreadable }: Variable,
  context: ContextOf,
): string | Wildcard | undefined => {
  if (unreadable) return notKnown
  const values = context(key)
  if (values === undefined || values.length > 1 || values[0] === '') return notKnown
  return values[0] ?? fallback
}
