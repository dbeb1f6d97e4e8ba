import { type Plan, usdText } from '@gateway/domain'
import type { ApprovalView } from './approval-page.ts'
import { fact } from './fact.ts'
import { type Html, html } from './html.ts'
import { lineOf, shownName } from './shown-name.ts'

/** What is known of a call that waits: where, what it costs, who asks, what for, and for how long. */
export const approvalFacts = (view: ApprovalView): readonly Html[] => {
  const { approval, client, isOwn, now } = view
  const { tool, account, region, asker, plan, expiresAt } = approval
  const cost = costOf(plan)
  const reason = plan.details?.reason
  const who = shownName(view.askerName, 320) ?? lineOf(asker.subject, 255)
  const vouching = view.askerHost === undefined ? undefined : `Signed in at ${view.askerHost}.`
  return [
    fact('Account', html`<bdi>${lineOf(account.alias, 60)}</bdi> (${account.accountId})`),
    fact('Region', lineOf(region, 60)),
    fact('What is called', lineOf(tool.title, 120), `${tool.name}: ${wordsOfClass[tool.access]}`),
    ...(cost ? [fact('Cost', cost.text, cost.remark)] : []),
    fact('Who asks', html`<bdi>${who}</bdi>${isOwn ? html` <strong>(you)</strong>` : undefined}`, vouching),
    fact('From which app', client),
    ...(reason === undefined
      ? []
      : [
          fact(
            'What for',
            html`“<bdi>${shownName(reason, 500)}</bdi>”`,
            'In the words of the caller, which may be a program. Nobody has checked them.',
          ),
        ]),
    fact('Time left', timeLeft(expiresAt, now)),
  ]
}

/** Until when, in words and as a time of day. */
const timeLeft = (until: number, now: number): string => {
  const minutes = Math.floor((until - now) / 60_000)
  const left = minutes < 1 ? 'Less than a minute' : minutes === 1 ? '1 minute' : `${minutes} minutes`
  return `${left}, until ${new Date(until).toISOString().slice(11, 16)} UTC`
}

/** What it costs, and what the day's budget is charged for it. */
const costOf = ({ usdPerHour, prices, cost }: Plan): { text: string; remark?: string } | undefined => {
  const charged =
    cost &&
    (cost.microUsd === 'unpriced'
      ? 'What the budget is charged is not known.'
      : `The budget is charged ${usdText(cost.microUsd)}.`)
  const said = [hourly(usdPerHour), charged].filter((each) => each !== undefined)
  if (said.length === 0) return undefined
  const from = [cost?.basis, prices].filter((each) => each !== undefined)
  const remark = [...new Set(from.map((each) => lineOf(each, 500)))].join(' ')
  return { text: said.join(' '), ...(remark !== '' && { remark }) }
}

const hourly = (usd: Plan['usdPerHour']): string | undefined => {
  if (usd === undefined) return undefined
  if (usd === 'unpriced') return 'Unpriced: it is not known here, which does not mean free.'
  return `${usd > 0 ? '+' : ''}${usd} USD per hour.`
}

const wordsOfClass: Readonly<Record<ApprovalView['approval']['tool']['access'], string>> = {
  read: 'it reads',
  'sensitive-read': 'it reads what may be secret',
  write: 'it changes something',
  destructive: 'it destroys something',
  spend: 'it spends money',
  permissions: 'it changes who may do what',
}
