import type { ActionNames } from '../request-facts.ts'
import type { PolicyDocument, Statement } from './policy-document.ts'

/**
 * Actions and condition keys of a policy that AWS does not have, each as `path: what is wrong`: a statement with a wrong name never
 * holds, so that a denial would deny nothing.
 */
export const policyFaults = (policy: PolicyDocument, actions: ActionNames, at: string): readonly string[] =>
  policy.Statement.flatMap((statement, s) => {
    const place = `${at}.Statement[${s}]`
    return [
      ...(['Action', 'NotAction'] as const).flatMap((element) =>
        listed(statement[element]).flatMap(([path, pattern]) =>
          actions.knows(pattern)
            ? []
            : [`${place}.${element}${path}: ${faultOf(pattern, actions.suggest(pattern))}`],
        ),
      ),
      ...keysOf(statement)
        .filter(([, key]) => !actions.knowsKey(key))
        .map(([path, key]) => `${place}.Condition.${path}: ${key} is no condition key of AWS`),
    ]
  })

/** The texts of an element, each with what leads to it. */
const listed = (
  value: string | readonly string[] | undefined,
): readonly (readonly [path: string, text: string])[] => {
  if (value === undefined) return []
  return typeof value === 'string' ? [['', value]] : value.map((text, i) => [`[${i}]`, text] as const)
}

const keysOf = ({ Condition = {} }: Statement): readonly (readonly [path: string, key: string])[] =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key) => [`${operator}.${key}`, key] as const),
  )

const faultOf = (pattern: string, near: readonly string[]): string => {
  const what = /[*?]/.test(pattern) ? 'stands for no action of IAM' : 'is no action of IAM'
  const names = near.length > 1 ? `${near.slice(0, -1).join(', ')} or ${near.at(-1)}` : near[0]
  return `${pattern} ${what}.${names === undefined ? '' : ` Did you mean ${names}?`}`
}
