import { type Decision, policyRules } from '@gateway/domain'

/** One rule of the policy, and what it says. */
export interface RuleRow {
  readonly rule: string
  readonly verdict: 'allow' | 'confirm' | 'deny'
  readonly code?: string
  readonly reason?: string
}

/** Every rule in its order with what all decisions have in common, and what else each of them says. */
export const ruleRows = (
  decisions: readonly Decision[],
): { readonly common: readonly RuleRow[]; readonly own: readonly (readonly RuleRow[])[] } => {
  const found = decisions.map(findingsOf)
  const [first = [], ...others] = found
  const isCommon = (row: RuleRow) => others.every((rows) => rows.some((each) => isSame(each, row)))
  // What is so everywhere, though for a reason that is not the same, is told of each.
  const isEverywhere = ({ rule, verdict }: RuleRow) =>
    others.every((rows) => rows.some((each) => each.rule === rule && each.verdict === verdict))
  const common = first
    .filter(isEverywhere)
    .map((row) => (isCommon(row) ? row : { ...row, reason: 'See the accounts.' }))
  // What came of a rule may have a name of its own below that of the rule.
  const below = (rule: string, row: RuleRow) =>
    row.rule === rule || (!policyRules.includes(row.rule) && row.rule.startsWith(`${rule}.`))
  const rows = policyRules.flatMap((rule) => {
    const own = common.filter((row) => below(rule, row))
    return own.length > 0 ? own : [{ rule, verdict: 'allow' as const }]
  })
  const rest = common.filter((row) => !rows.includes(row))
  return {
    common: [...rows, ...rest],
    own: found.map((each) => each.filter((row) => !common.some((other) => isSame(other, row)))),
  }
}

const findingsOf = (decision: Decision): readonly RuleRow[] => {
  switch (decision.effect) {
    case 'allow':
      return []
    case 'confirm':
      return decision.needs.map(({ rule, reason }) => ({ rule, verdict: 'confirm', reason }))
    case 'deny':
      return decision.denials.map(({ rule, code, reason }) => ({ rule, verdict: 'deny', code, reason }))
  }
}

const isSame = (one: RuleRow, other: RuleRow): boolean =>
  one.rule === other.rule && one.verdict === other.verdict && one.reason === other.reason
