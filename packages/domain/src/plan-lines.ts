import { type Leaf, leavesOf } from './plan-leaves.ts'
import { redactSecrets } from './redact.ts'

/** A value as lines for a person, and what of it is not in them. */
export interface PlanLines {
  /** Such as `path = value`, sorted by path. */
  readonly lines: readonly string[]
  /** How many values are not shown. */
  readonly left: number
  /** How many values are shown by their start only. */
  readonly cut: number
}

const mostLines = 40
const mostCharacters = 3_000

/**
 * What a person must see to judge, without secrets: each value with its path, and of a long request those that matter
 * most. Text of others is quoted, so that none can pose as another value or line.
 */
export const planLines = (value: unknown): PlanLines => {
  const { leaves, beyond } = leavesOf(redactSecrets(value))
  const kept: Leaf[] = []
  let characters = 0
  let left = beyond
  for (const leaf of leaves.toSorted((one, other) => rankOf(one) - rankOf(other))) {
    const length = leaf.line.length + 1
    if (kept.length < mostLines && characters + length <= mostCharacters) {
      kept.push(leaf)
      characters += length
      left += leaf.left
    } else left += leaf.values
  }
  return {
    lines: kept.sort((one, other) => byPath(one.path, other.path)).map(({ line }) => line),
    left,
    cut: kept.reduce((sum, { cut }) => sum + cut, 0),
  }
}

const byPath = (one: string, other: string): number =>
  one.localeCompare(other, 'en', { numeric: true }) || (one < other ? -1 : 1)

/** What opens, grants, costs or removes comes first; labels come last. */
const rankOf = ({ path, line }: Leaf): number => {
  if (/\b(?:tags?|tagset|tagspecifications?|description|comments?|\w*token)\b/i.test(path)) return 3
  if (isOpen.test(line)) return 0
  return isGrave.test(path) ? 1 : 2
}

const isOpen = /= .*(?:"\*"|:\*"|"0\.0\.0\.0\/0"|"::\/0"|\btrue\b|"public)/

const isGrave =
  /cidr|principal|effect|action|public|acl|policy|arn|role|type|class|count|size|capacity|port|protocol|force|delet|remov|skip|final|protect|encrypt|kms|password|user|group|account|command|image|replace|cost|price/i
