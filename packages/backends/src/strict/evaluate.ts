import { type Context, holds, NotJudged } from './condition.ts'
import { fits } from './pattern.ts'
import type { Names, Statement } from './policy-document.ts'

/** What is asked of policies. */
export interface Question {
  /** Such as `s3:GetObject`. */
  readonly action: string
  /**
   * ARN, or `*` for an action without resources. `unknown` where the judge cannot tell: then only `*` allows, and every
   * Deny that speaks of resources of the service denies.
   */
  readonly resource: string
  /** Names of the caller in a trust policy: its ARNs, its account. */
  readonly caller?: readonly string[]
  readonly context: Context
}

/**
 * What the statements together say: an explicit `denied` wins over `allowed`, and what nobody speaks of is `silent` (IAM
 * User Guide, "Policy evaluation logic"). Throws `NotJudged`.
 */
export const evaluate = (
  statements: readonly Statement[],
  question: Question,
): 'allowed' | 'denied' | 'silent' => {
  const speaking = statements.filter((statement) => applies(statement, question))
  if (speaking.some(({ effect }) => effect === 'Deny')) return 'denied'
  return speaking.length > 0 ? 'allowed' : 'silent'
}

const applies = (
  { effect, actions, resources, principals, conditions }: Statement,
  question: Question,
): boolean =>
  named(actions, (pattern) => fits(pattern, question.action, { ignoreCase: true })) &&
  (!principals || principals.some((each) => each === '*' || question.caller?.includes(each))) &&
  (!resources || about(resources, effect, question.resource)) &&
  conditions.every((condition) => holds(condition, question.context))

const about = (resources: Names, effect: Statement['effect'], resource: string): boolean => {
  const variable = resources.patterns.find((each) => each.includes('${'))
  if (variable !== undefined) throw new NotJudged(`the policy variable in ${variable}`)
  if (resource === 'unknown') return effect === 'Deny' || (!resources.not && resources.patterns.includes('*'))
  return named(resources, (pattern) => fits(pattern, resource))
}

const named = ({ not, patterns }: Names, is: (pattern: string) => boolean): boolean =>
  patterns.some(is) !== not
