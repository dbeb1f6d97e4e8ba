import type { Approval, Plan } from '@gateway/domain'
import { approvalFacts } from './approval-facts.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { list } from './list.ts'
import { lineOf, shownName } from './shown-name.ts'
import { type ShownTag, type TellingTags, tagList, tagsOf } from './tag-list.ts'

/** Who asks and for what, as it is shown to whoever decides. */
export interface ApprovalView {
  readonly approval: Approval
  /** What the company's SSO calls the person; absent where they never signed in here. */
  readonly askerName?: string | undefined
  /** Host of the SSO that vouches for them. */
  readonly askerHost?: string | undefined
  /** What the client is, in words that it cannot choose. */
  readonly client: Html
  /** Tags by which the company tells what needs a person: those of production, and of its own rules. */
  readonly tellingTags: readonly TellingTags[]
  /** Whether the person who looks is the one who asks. */
  readonly isOwn: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
  /** How it is answered: `answer` is `approve` or `refuse`, `reason`, and `csrf`. Absent where another person must. */
  readonly answering?: { readonly action: string; readonly csrf: string } | undefined
  /** The page's own URL, to hand on where another person must decide. */
  readonly url: string
}

/** Most characters of a reason that a person gives. */
export const longestReason = 500

/** Shows a call that waits, all that is known of it, and asks for a word on it. */
export const approvalPage = (view: ApprovalView): string => {
  const { approval, answering } = view
  const { plan, account, reasons } = approval
  const details = plan.details?.request
  const alias = shownName(account.alias) ?? account.accountId
  const heading = answering
    ? html`Shall this be done in <strong><bdi>${alias}</bdi></strong>?`
    : html`Another person must approve this in <strong><bdi>${alias}</bdi></strong>`
  const main = html`<h1>${heading}</h1>
<p class="effect"><bdi>${lineOf(plan.effect, 1_000)}</bdi></p>
${answering ? undefined : another(view.url)}
<dl>
${approvalFacts(view)}
</dl>
<h2>What it changes</h2>
${resources(plan, view.tellingTags)}
<h2>Why it needs a person</h2>
${list(reasons.map((each) => html`<bdi>${lineOf(each, 500)}</bdi>`))}
<h2>What exactly</h2>
${attention(details)}
${
  details && details.lines.length > 0
    ? html`<ul role="list" class="lines">
${details.lines.map((each) => html`<li><bdi>${lineOf(each, 1_000)}</bdi></li>`)}
</ul>`
    : html`<p>Nothing beyond the above.</p>`
}
${answering && form(answering, view.isOwn)}`
  return layout({
    title: answering ? `Approve this in ${alias}?` : `Waits for another person: ${alias}`,
    main,
  })
}

const another = (url: string): Html => html`<div class="notice" role="note">
<p><strong>You asked for this, so your own word does not count.</strong></p>
<p>Send this link to somebody of your company who may approve it: ${url}</p>
</div>`

const resources = ({ resources: given, details }: Plan, telling: readonly TellingTags[]): Html => {
  const beyond = (details?.moreResources ?? 0) + Math.max(0, given.length - mostResources)
  if (given.length + beyond === 0) return html`<p>Nothing that exists already is named.</p>`
  // What tells why a person is asked is not among those that are left out.
  const ordered = given
    .map((each) => ({ ...each, tags: tagsOf(each, telling) }))
    .sort((one, other) => tellingIn(other.tags) - tellingIn(one.tags))
  return html`${list(ordered.slice(0, mostResources).map(resource))}
${beyond > 0 ? html`<p class="after"><strong>And ${beyond} more, which are not shown.</strong></p>` : undefined}`
}

const tellingIn = (tags: readonly ShownTag[]): number => (tags.some(({ isTelling }) => isTelling) ? 1 : 0)

const resource = ({
  id,
  name,
  tags,
}: {
  readonly id: string
  readonly name?: string
  readonly tags: readonly ShownTag[]
}): Html =>
  html`<bdi>${lineOf(id, 300)}</bdi>${name !== undefined && name !== '' ? html` <strong><bdi>${lineOf(name, 256)}</bdi></strong>` : undefined}${tagList(tags)}`

const attention = (lines: { left: number; cut: number } | undefined): Html | undefined =>
  lines && lines.left + lines.cut > 0
    ? html`<p><strong>Too much to show whole.</strong> ${lines.left} values are left out below, and ${lines.cut} are cut short.</p>`
    : undefined

const form = ({ action, csrf }: NonNullable<ApprovalView['answering']>, isOwn: boolean): Html =>
  html`<form method="post" action="${action}">
<input type="hidden" name="csrf" value="${csrf}">
<div class="field">
<label for="reason">Your reason, if you want to give one</label>
<span class="soft" id="reason-hint">At most ${longestReason} characters. It is kept with the decision${isOwn ? '' : ', and whoever asks can read it'}.</span>
<textarea id="reason" name="reason" rows="3" maxlength="${longestReason}" aria-describedby="reason-hint"></textarea>
</div>
<div class="answers">
<button class="button" type="submit" name="answer" value="approve">Approve</button>
<button class="button quiet" type="submit" name="answer" value="refuse">Refuse</button>
</div>
<p class="after">Approved, it can be done once and only as shown. ${isOwn ? 'If you did not ask for this, choose Refuse and tell your administrators.' : 'If you are not sure, ask the person, or choose Refuse.'}</p>
</form>`

/** More than a person reads. */
const mostResources = 50
