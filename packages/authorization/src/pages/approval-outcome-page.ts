import type { Approval } from '@gateway/domain'
import { fact } from './fact.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { lineOf, shownName } from './shown-name.ts'

/** An approval that is decided. */
export interface OutcomeView {
  readonly approval: Approval
  /** What the company's SSO calls whoever decided. */
  readonly deciderName?: string | undefined
  /** Whether the person who looks decided. */
  readonly byViewer: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Says what was decided, by whom, and what happens now. */
export const approvalOutcomePage = (view: OutcomeView): string => {
  const { approval, byViewer } = view
  const { account, plan, decision } = approval
  const { title, next } = wordsOf(view)
  const who = shownName(view.deciderName, 320) ?? lineOf(decision?.by.subject ?? '', 255)
  return layout({
    title,
    main: html`<h1 class="plain">${title}</h1>
<p>${next}</p>
<dl>
${fact('Effect', lineOf(plan.effect, 1_000))}
${fact('Account', html`<bdi>${lineOf(account.alias, 60)}</bdi> (${account.accountId})`)}
${decision && fact('Decided by', html`<bdi>${who}</bdi>${byViewer ? html` <strong>(you)</strong>` : undefined}`, `${new Date(decision.at).toISOString().slice(0, 16).replace('T', ', ')} UTC`)}
${decision?.reason === undefined ? undefined : fact('Reason', html`\u201c<bdi>${shownName(decision.reason, 500)}</bdi>\u201d`)}
</dl>
<p class="after">You can close this page.</p>`,
  })
}

const wordsOf = ({ approval, byViewer, now }: OutcomeView): { title: string; next: string } => {
  const { state, expiresAt } = approval
  if (state === 'used')
    return {
      title: 'This was approved, and the call was made',
      next: 'An approval is good for one call. Its answer is in the app that asked.',
    }
  if (state === 'refused')
    return {
      title: byViewer ? 'You refused this' : 'This was refused',
      next: 'Nothing was changed, and nothing will be by this request. The app is told when it asks again.',
    }
  const title = byViewer ? 'You approved this' : 'This was approved'
  if (now >= expiresAt)
    return { title: `${title}, and nobody used it`, next: 'Nothing was changed. The app must ask again.' }
  return {
    title,
    next: `The app that asked may now make the same call once, before ${new Date(expiresAt).toISOString().slice(11, 16)} UTC. Nothing happens until it does.`,
  }
}
