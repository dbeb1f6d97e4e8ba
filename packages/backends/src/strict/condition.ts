import { fits, fitsArn } from './pattern.ts'
import type { Condition } from './policy-document.ts'

/**
 * Values of condition keys, by key in lower case; an empty list is a key that is known to be absent, and under
 * `aws:principaltag/*` it says so of all tags that are not named.
 */
export type Context = ReadonlyMap<string, readonly string[]>

/** Thrown where the judge does not know what AWS would say; whoever asked is refused. */
export class NotJudged extends Error {
  override name = 'NotJudged'
}

/** Whether a condition of a statement holds (IAM User Guide, "Condition operators"); throws `NotJudged`. */
export const holds = ({ operator, key, values }: Condition, context: Context): boolean => {
  const [, set, base = '', ifExists] = /^(ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(operator) ?? []
  const actual = valuesOf(key, context)
  for (const value of values) {
    if (value.includes('${')) throw new NotJudged(`the policy variable in ${value}`)
  }
  if (base === 'Null')
    return values.some((value) => (value.toLowerCase() === 'true') === (actual.length === 0))
  const [negated, same] = comparisonOf(base)
  // One value of the request, against all of the policy's: any of them, or for a negated operator none.
  const one = (sent: string) => values.some((value) => same(value, sent)) !== negated
  if (set === 'ForAllValues:') return actual.every(one)
  if (actual.length === 0) return ifExists !== undefined || (negated && set === undefined)
  if (set === 'ForAnyValue:') return actual.some(one)
  if (actual.length > 1) throw new NotJudged(`the key ${key} of several values with ${operator}`)
  return one(actual[0] ?? '')
}

type Same = (expected: string, actual: string) => boolean

const comparisonOf = (operator: string): readonly [negated: boolean, same: Same] => {
  const plain = operator.replace(/^(String|Arn)Not/, '$1')
  const same = comparisons.get(plain)
  if (!same) throw new NotJudged(`the condition operator ${operator}`)
  return [plain !== operator, same]
}

const ignoringCase: Same = (expected, actual) => expected.toLowerCase() === actual.toLowerCase()

const comparisons: ReadonlyMap<string, Same> = new Map<string, Same>([
  ['StringEquals', (expected, actual) => expected === actual],
  ['StringEqualsIgnoreCase', ignoringCase],
  ['StringLike', fits],
  ['ArnEquals', fitsArn],
  ['ArnLike', fitsArn],
  ['Bool', ignoringCase],
])

const valuesOf = (key: string, context: Context): readonly string[] => {
  const name = key.toLowerCase()
  const values = context.get(name) ?? context.get(name.replace(/\/.*/s, '/*'))
  if (!values) throw new NotJudged(`the condition key ${key}`)
  return values
}
