import { patternWithin, type WithinTest } from './pattern-within.ts'
import { type ContextOf, type Part, type Pattern, partsOf, patternOf } from './template.ts'
import { every, type Truth, unknown } from './truth.ts'

/** The resource of a request, cut once for all patterns. */
export interface AskedResource {
  readonly text: string
  /** Undefined for what is no ARN, such as `*`. */
  readonly segments: readonly string[] | undefined
  readonly colons: number
}

/** Cuts a resource at its colons. */
export const askedResource = (text: string): AskedResource => ({
  text,
  segments: segmentsOfArn(text),
  colons: text.split(':').length - 1,
})

/** What a pattern of a policy stands for. */
export interface ResourcePattern {
  /** Whether a resource is that. */
  matches(resource: AskedResource, context: ContextOf): Truth
  /** Whether a resource is that of which only a pattern is known. */
  readonly matchesWithin: WithinTest
}

/**
 * A `Resource` of a policy that is not `*` (IAM User Guide, "IAM JSON policy elements: Resource"). Variables have values after
 * the fifth colon only. Wildcards before it are kept within their segment: where only a match beyond it would do, which AWS
 * promises for some and not for others, it is not known. With `open`, nor is it where a variable has no value.
 */
export const resourcePattern = (
  value: string,
  { variables, open }: { readonly variables: boolean; readonly open: boolean },
): ResourcePattern => {
  const all = segmentsOf(partsOf(value, { variables, wildcards: true }))
  const segments = all.map((segment, i) => (i < 5 ? segment.map(withoutValue) : segment))
  return { matches: exactTest(segments, open), matchesWithin: patternWithin(segments, { open }) }
}

const exactTest = (segments: readonly (readonly Part[])[], open: boolean): ResourcePattern['matches'] => {
  const flat = segments.flatMap(withColon)
  const whole = patternOf(flat, { open })
  // One of fewer segments ends in a wildcard that stands for the others, or is like nothing.
  if (segments.length < 6) return ({ text }, context) => whole(text, context)
  const patterns = segments.map((segment) => patternOf(segment, { open }))
  const wide = segments.slice(0, 5).some((segment) => segment.some((part) => typeof part === 'object'))
  // As many colons as there are on the other side leave none to a wildcard.
  const colons = flat.some((part) => typeof part === 'object' && 'name' in part) ? -1 : colonsIn(flat)
  return (resource, context) => {
    if (resource.segments === undefined) return whole(resource.text, context)
    const bySegment = everySegment(patterns, resource.segments, context)
    if (bySegment !== false || !wide || resource.colons === colons) return bySegment
    return whole(resource.text, context) === false ? false : unknown('resource')
  }
}

const colonsIn = (parts: readonly Part[]): number => parts.join('').split(':').length - 1

/** A text of a policy that stands for ARNs, or undefined where it cannot: then it has not six segments. */
export const arnLike = (value: string, variables: boolean): ArnPattern | undefined => {
  const segments = segmentsOf(partsOf(value, { variables, wildcards: true }))
  if (segments.length !== 6) return undefined
  const patterns = segments.map((segment) => patternOf(segment))
  return (arn, context) => {
    const sent = segmentsOfArn(arn)
    return sent && everySegment(patterns, sent, context)
  }
}

/** Undefined for what is no ARN. */
type ArnPattern = (arn: string, context: ContextOf) => Truth | undefined

const withColon = (segment: readonly Part[], i: number): readonly Part[] =>
  i === 0 ? segment : [':', ...segment]

const withoutValue = (part: Part): Part =>
  typeof part === 'object' && 'name' in part ? { ...part, unreadable: true } : part

/** At the first five colons that stand outside of variables. */
const segmentsOf = (parts: readonly Part[]): readonly (readonly Part[])[] => {
  const segments: Part[][] = [[]]
  for (const part of parts) {
    if (typeof part !== 'string') {
      segments.at(-1)?.push(part)
      continue
    }
    const [first = '', ...rest] = cut(part, 7 - segments.length)
    segments.at(-1)?.push(first)
    for (const text of rest) segments.push([text])
  }
  return segments
}

/** A text at its first colons, into at most `most` pieces. */
const cut = (text: string, most: number): readonly string[] => {
  const pieces = text.split(':')
  return pieces.length <= most ? pieces : [...pieces.slice(0, most - 1), pieces.slice(most - 1).join(':')]
}

const segmentsOfArn = (text: string): readonly string[] | undefined => {
  const segments = cut(text, 6)
  return segments.length === 6 && segments[0] === 'arn' ? segments : undefined
}

/** From the last one, by which most differ. */
const everySegment = (patterns: readonly Pattern[], segments: readonly string[], context: ContextOf): Truth =>
  every(lastFirst, (i) => patterns[i]?.(segments[i] ?? '', context) ?? false)

const lastFirst = [5, 4, 3, 2, 1, 0] as const
