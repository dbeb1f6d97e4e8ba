import { type Confirmation, type ConfirmationRung, rungs } from '../confirmation-rules.ts'
import { usdText } from '../cost.ts'
import type { PlannedResource } from '../plan.ts'
import type { Finding, Layer, Question } from '../policy.ts'

/** What a call costs, and who must agree to it. Nothing of it is known before its plan is. */
export const agreementLayers: readonly Layer[] = [
  {
    rule: 'cost',
    judge(question) {
      const { agreement, grant } = question
      if (!agreement) return undefined
      const { estimate, faults, leftMicroUsd } = agreement.cost
      if (faults.length > 0)
        return { rule: 'cost.limit', code: 'cost_limit_exceeded', reason: faults.join(' ') }
      if (!estimate) return undefined
      const { microUsd } = estimate
      if (microUsd === 'unpriced') {
        return {
          rule: 'cost.unpriced',
          rung: 'person',
          reason: 'What it costs is not known, which does not mean that it is free.',
        }
      }
      if (!Number.isSafeInteger(microUsd) || microUsd < 0) {
        return {
          rule: 'cost.estimate',
          code: 'cost_limit_exceeded',
          reason: 'What it costs cannot be reckoned. Ask for less, or ask your administrator.',
        }
      }
      if (leftMicroUsd === undefined || microUsd <= leftMicroUsd) return undefined
      return {
        rule: 'cost.budget',
        rung: isSingleUser(question) ? 'person' : 'other-person',
        reason: `It is charged with ${usdText(microUsd)}, and ${usdText(Math.max(0, leftMicroUsd))} of today's budget of tenant ${grant.tenant.id} are left.`,
      }
    },
  },
  {
    rule: 'confirmation',
    judge(question) {
      const own = ownRule(question)
      if (own) {
        const rule = `confirmation.${own.name}`
        if (own.require === 'nobody') return undefined
        if (own.require !== 'refuse')
          return { rule, rung: own.require, reason: `Rule ${own.name} of the tenant asks for it.` }
        return {
          rule,
          code: 'not_allowed',
          reason: `Rule ${own.name} of the tenant refuses it, whoever agrees. Ask your administrator if it must be done.`,
        }
      }
      return builtIn(question)
    },
  },
]

/** The id of the tenant's rule by which nobody has to agree, where there is one. */
export const freedBy = (question: Question): string | undefined => {
  const own = question.agreement && ownRule(question)
  return own?.require === 'nobody' ? `confirmation.${own.name}` : undefined
}

/** The rungs that hold where the tenant has no rule of its own. */
const builtIn = (question: Question): readonly Finding[] => {
  const { agreement, grant, tool } = question
  if (!agreement?.asked) return []
  const asked: Finding = { rule: 'confirmation.asked', rung: 'person', reason: 'It changes what is there.' }
  const apart: ConfirmationRung = isSingleUser(question) ? 'person' : 'other-person'
  if (tool.access === 'permissions')
    return [
      asked,
      { rule: 'confirmation.permissions', rung: apart, reason: 'It changes what somebody may do in AWS.' },
    ]
  if (tool.access !== 'destructive') return [asked]
  const { productionTags } = grant.tenant.confirmation
  // A tenant may have nothing that is production.
  if (Object.keys(productionTags).length === 0) return [asked]
  const { resources, details } = agreement.plan
  const fitting = resources.filter((each) => carries(each, productionTags))
  const known = fitting.filter(({ tags }) => tags !== undefined)
  const unnamed = resources.length === 0 || (details?.moreResources ?? 0) > 0
  if (known.length > 0)
    return [
      asked,
      {
        rule: 'confirmation.production',
        rung: apart,
        reason: `It destroys what is tagged as production: ${namesOf(known)}.`,
      },
    ]
  if (fitting.length === 0 && !unnamed) return [asked]
  return [
    asked,
    {
      rule: 'confirmation.production',
      rung: apart,
      reason: 'It destroys something, and whether that is tagged as production is not known here.',
    },
  ]
}

const namesOf = (resources: readonly PlannedResource[]): string => {
  const ids = resources.slice(0, 5).map(({ id }) => id)
  return resources.length > ids.length ? `${ids.join(', ')} and more` : ids.join(', ')
}

/**
 * The tenant's first rule that fits; one that only looks at what changes something passes over reads. What is not known fits a rule that
 * asks for more than what is built in, and none that asks for less.
 */
const ownRule = (question: Question): Confirmation['rules'][number] | undefined => {
  const { agreement, grant, tool, account } = question
  if (!agreement) return undefined
  const { resources, details } = agreement.plan
  const microUsd = agreement.cost.estimate?.microUsd
  const least = Math.max(...builtIn(question).map(rungOf), 0)
  const allNamed = resources.length > 0 && (details?.moreResources ?? 0) === 0
  return grant.tenant.confirmation.rules.find(({ when, require }) => {
    const { classes, accounts, tools, tags, aboveUsd } = when
    const loosens = rungs.indexOf(require) < least
    const spends = !loosens && classes?.includes('spend') === true && microUsd !== undefined && microUsd !== 0
    if (classes ? !classes.includes(tool.access) && !spends : tool.access === 'read') return false
    if (accounts && !(account && accounts.includes(account.account.alias))) return false
    if (tools && !tools.includes(tool.name ?? '')) return false
    if (tags && loosens) {
      if (!allNamed || !resources.every((each) => each.tags !== undefined && carries(each, tags)))
        return false
    } else if (tags && resources.length > 0 && !resources.some((each) => carries(each, tags))) return false
    if (aboveUsd === undefined) return true
    return costsMore(microUsd, aboveUsd) && !(loosens && microUsd === 'unpriced')
  })
}

const rungOf = (finding: Finding): number => ('rung' in finding ? rungs.indexOf(finding.rung) : 0)

const costsMore = (microUsd: number | 'unpriced' | undefined, usd: number): boolean =>
  microUsd === 'unpriced' || (microUsd !== undefined && microUsd > usd * 1_000_000)

/** Whether a resource has one of the tags; what nobody has looked up may. */
const carries = ({ tags }: PlannedResource, wanted: Readonly<Record<string, readonly string[]>>): boolean =>
  tags === undefined ||
  Object.entries(wanted).some(([key, values]) => {
    const value = Object.hasOwn(tags, key) ? tags[key] : undefined
    return value !== undefined && values.some((each) => each === '*' || each === value)
  })

/** Whoever runs the gateway for themselves is the only person there is. */
const isSingleUser = ({ grant }: Question): boolean => grant.tenant.authentication !== undefined
