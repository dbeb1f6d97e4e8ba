import { areDisjoint, covers, type GlobTokens, globTokens, joinTokens } from './compare-globs.ts'
import { type ContextOf, filledParts, isFilled, type Part, wildcardsIn } from './template.ts'
import { type Truth, unknown } from './truth.ts'

/** A pattern that a resource fits for sure, made ready once for all patterns of policies. */
export interface AskedWithin {
  readonly whole: GlobTokens
  /** Of an ARN, cut at its first five colons; undefined for what may be none. */
  readonly segments: readonly GlobTokens[] | undefined
}

/**
 * Cuts a pattern that a resource fits. Of an ARN, no wildcard before the fifth colon stands for a colon, and where names cannot
 * have one, none at all: else `subnet/*` might go on as an `instance/*` to a policy with wildcards for regions and accounts.
 */
export const askedWithin = (text: string): AskedWithin => {
  const [first, ...rest] = text.split(':')
  if (first !== 'arn' || rest.length < 5) return { whole: globTokens(wildcardsIn(text)), segments: undefined }
  const texts = [first, ...rest.slice(0, 4), rest.slice(4).join(':')]
  const ofPlainName = plainNames.test(text)
  const segments = texts.map((each, i) =>
    globTokens(wildcardsIn(each), { withoutColon: i < 5 || ofPlainName }),
  )
  return { whole: joinTokens(segments), segments }
}

/**
 * ARNs whose resource has no colon in its name (Service Authorization Reference): AWS makes the ids of these types of EC2 and of
 * keys, and names of secrets have letters, digits and `/_+=.@-` only (Secrets Manager API Reference, CreateSecret).
 */
const plainNames = new RegExp(
  `^arn:[^:]*:(?:${[
    'ec2:[^:]*:[^:]*:(?:image|instance|launch-template|network-interface|security-group|snapshot|subnet|volume|vpc)/',
    'kms:[^:]*:[^:]*:key/',
    'secretsmanager:[^:]*:[^:]*:secret:',
  ].join('|')})`,
)

/** Whether every resource that fits is what a pattern of a policy stands for, or none; else it is not known. */
export type WithinTest = (within: AskedWithin, context: ContextOf) => Truth

/**
 * The test of a `Resource` of a policy that is cut into segments. It never says of all what it would not say of each: for yes,
 * every segment has to hold what may be there; for no, the whole has to have nothing in common, wherever its wildcards end.
 */
export const patternWithin = (
  parts: readonly (readonly Part[])[],
  { open }: { readonly open: boolean },
): WithinTest => {
  const isFixed = parts.every((segment) => segment.every(isFilled))
  let fixed: Tokens | undefined
  return (within, context) => {
    // Most patterns are never asked for this.
    if (isFixed) fixed ??= tokensOf(parts, context, open)
    const tokens = isFixed ? fixed : tokensOf(parts, context, open)
    if (tokens === undefined) return false
    const { whole, missing } = tokens
    if (holdsAll(tokens, within)) return missing.length === 0 || unknown(...missing)
    return areDisjoint(whole, within.whole) ? false : unknown('resource', ...missing)
  }
}

interface Tokens {
  readonly whole: GlobTokens
  readonly segments: readonly GlobTokens[]
  readonly missing: readonly string[]
}

const holdsAll = ({ whole, segments }: Tokens, within: AskedWithin): boolean => {
  if (segments.length < 6) return covers(whole, within.whole)
  return within.segments?.every((each, i) => covers(segments[i] ?? [], each)) ?? false
}

/** Undefined for a pattern that stands for nothing. */
const tokensOf = (
  parts: readonly (readonly Part[])[],
  context: ContextOf,
  open: boolean,
): Tokens | undefined => {
  const missing: string[] = []
  const segments: GlobTokens[] = []
  for (const segment of parts) {
    const found = filledParts(segment, context, { open })
    if (found === undefined) return undefined
    missing.push(...found.missing)
    segments.push(globTokens(found.filled))
  }
  return { whole: joinTokens(segments), segments, missing }
}
