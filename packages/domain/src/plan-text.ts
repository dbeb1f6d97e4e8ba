import { usdText } from './cost.ts'
import type { Plan } from './plan.ts'
import { plain, quoted } from './plan-leaves.ts'
import { planLines } from './plan-lines.ts'
import type { ToolContext } from './tool.ts'

/**
 * A plan for the person who is asked: effect, account and region, whether all of it is shown, what is changed, what it
 * costs, what for, and what exactly is asked of AWS or known of what is changed.
 */
export const planText = (
  plan: Plan,
  { account, region }: Pick<ToolContext, 'account' | 'region'>,
): string => {
  const { effect, resources, details = {} } = plan
  const { reason, request, moreResources = 0, ...known } = details
  const { lines, left, cut } = request ?? planLines(known)
  const total = resources.length + moreResources
  const shown = resources.slice(0, most).map(({ id, name }) => (name === undefined ? id : `${id} (${name})`))
  return [
    oneLine(effect),
    `In account ${account.alias} (${account.accountId}), ${region}.`,
    ...(left + cut > 0
      ? [`ATTENTION: too much to show whole. ${left} values are left out below, and ${cut} are cut short.`]
      : []),
    ...(total > shown.length ? [`${total} resources, of which ${shown.length} are shown:`] : []),
    ...shown.map((each) => `- ${oneLine(each)}`),
    ...(total > shown.length ? [`- and ${total - shown.length} more`] : []),
    ...costLine(plan),
    ...chargeLine(plan),
    ...(reason === undefined ? [] : [`Reason, in the words of the caller: ${oneLine(quoted(reason, 500))}`]),
    ...(lines.length > 0 ? [request ? 'What is asked of AWS:' : 'Details:'] : []),
    ...lines.map((each) => `  ${oneLine(each)}`),
  ].join('\n')
}

const costLine = ({ usdPerHour, prices, cost: charged }: Plan): string[] => {
  if (usdPerHour === 'unpriced' || (usdPerHour === undefined && charged?.microUsd === 'unpriced'))
    return ['Estimated cost: unpriced. It is not known here, which does not mean free.']
  if (usdPerHour === undefined) return []
  const cost = `Estimated cost: ${usdPerHour >= 0 ? '+' : ''}${usdPerHour} USD per hour.`
  return [prices === undefined ? cost : `${cost} ${oneLine(prices)}`]
}

const chargeLine = ({ cost }: Plan): string[] => {
  if (!cost || cost.microUsd === 'unpriced') return []
  return [`Charged to the budget of the day: ${usdText(cost.microUsd)}, for ${oneLine(cost.basis)}`]
}

/** More than a person reads. */
const most = 20

/** Names are of others: none may pose as a line of ours. */
const oneLine = (text: string): string => plain(text).slice(0, 1_000)
