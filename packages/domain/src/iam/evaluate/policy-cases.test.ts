import { expect, test } from 'vitest'
import { accountCases } from './cases/account-examples.ts'
import { actionCases } from './cases/actions.ts'
import { arnNullAndIfExistsCases } from './cases/arn-null-and-if-exists.ts'
import { boolBinaryAddressCases } from './cases/bool-binary-address-operators.ts'
import { dataCases } from './cases/data-examples.ts'
import { ec2Cases } from './cases/ec2-examples.ts'
import { evaluationLogicCases } from './cases/evaluation-logic.ts'
import { globalKeyCases } from './cases/global-keys.ts'
import { numberAndDateCases } from './cases/number-and-date-operators.ts'
import { principalCases } from './cases/principals.ts'
import { resourceCases } from './cases/resources.ts'
import { setOperatorCases } from './cases/set-operators.ts'
import { specialVariableCases } from './cases/special-variables.ts'
import { stringCases } from './cases/string-operators.ts'
import { variableCases } from './cases/variables.ts'
import { compilePolicy, evaluatePolicies } from './evaluate-policy.ts'

const cases = [
  ...actionCases,
  ...arnNullAndIfExistsCases,
  ...boolBinaryAddressCases,
  ...evaluationLogicCases,
  ...accountCases,
  ...dataCases,
  ...ec2Cases,
  ...specialVariableCases,
  ...globalKeyCases,
  ...numberAndDateCases,
  ...principalCases,
  ...resourceCases,
  ...setOperatorCases,
  ...stringCases,
  ...variableCases,
]

test('there are enough cases, no two alike, and each says which page of the documentation settles it', () => {
  expect(cases.length).toBeGreaterThanOrEqual(300)
  expect(cases.filter(({ from }) => from.length < 10)).toEqual([])
  expect(new Set(cases.map((each) => JSON.stringify(each, (_, value) => value ?? null))).size).toBe(
    cases.length,
  )
})

test.for(cases)('$from: $name', ({ policies, action, resource, context, principal, expected }) => {
  const verdict = evaluatePolicies(policies.map(compilePolicy), {
    action,
    resource,
    context: (key) => (key in context ? context[key] : []),
    ...(principal && { principal }),
  })
  const said = verdict.effect === 'undecided' ? `undecided: ${verdict.missing.join(', ')}` : verdict.effect
  expect(said).toBe(expected)
})
