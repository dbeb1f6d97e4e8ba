import { operatorFault, operatorParts } from '../condition-operators.ts'
import { comparisonsOf } from './compare-value.ts'
import { truthOf } from './read-value.ts'
import type { ContextOf } from './template.ts'
import { every, not, some, type Truth, unknown } from './truth.ts'

/** Whether a condition of a statement holds. */
export type ConditionTest = (context: ContextOf) => Truth

/** One key of one operator of a `Condition` element. */
export interface Condition {
  readonly operator: string
  /** The condition key as the policy writes it. */
  readonly name: string
  readonly values: readonly string[]
  /** Whether `${…}` is a variable: from version 2012-10-17 on. */
  readonly variables: boolean
}

/**
 * How to find out whether a condition holds (IAM User Guide, "Condition operators" and "Set operators for multivalued context
 * keys"). What is not known, an operator included, is said and never thrown.
 */
export const conditionTest = ({ operator, name, values, variables }: Condition): ConditionTest => {
  const { set, base, ifExists } = operatorParts(operator)
  const key = name.toLowerCase()
  const notKnown = unknown(name)
  if (operatorFault(operator) !== undefined) return () => unknown(operator)
  if (base === 'Null') return nullTest(key, name, values)
  const negated = base.includes('Not')
  const compare = comparisonsOf(base.replace('Not', ''))
  if (!compare) return () => unknown(operator)
  const comparisons = values.map((value) => compare(value, { name, variables }))
  const ofAbsent = ifExists !== '' || (negated && set === '')

  return (context) => {
    const sent = context(key)
    if (sent === undefined) return notKnown
    // Any of the policy's values will do; where the operator is negated, none of them may.
    const one = (value: string): Truth => {
      const truth = some(comparisons, (comparison) => comparison(value, context))
      return negated ? not(truth) : truth
    }
    if (set === 'ForAllValues:') return isNothing(sent) || every(sent, one)
    if (sent.length === 0) return ofAbsent
    if (set === 'ForAnyValue:') return isNothing(sent) ? ofAbsent : some(sent, one)
    const [first = ''] = sent
    if (sent.length === 1) return one(first)
    // Several values without a set operator: AWS does not say which of them count, so all have to agree.
    const [all, any] = [every(sent, one), some(sent, one)]
    return all === any ? all : notKnown
  }
}

/** To the set operators, a key whose values are all empty is as good as absent. */
const isNothing = (sent: readonly string[]): boolean => sent.every((value) => value === '')

const nullTest = (key: string, name: string, values: readonly string[]): ConditionTest => {
  const wanted = values.map(truthOf)
  return (context) => {
    const sent = context(key)
    if (sent === undefined) return unknown(name)
    return some(wanted, (absent) => (absent === undefined ? unknown(name) : absent === (sent.length === 0)))
  }
}
