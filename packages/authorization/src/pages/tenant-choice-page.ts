import { html } from './html.ts'
import { layout } from './layout.ts'

/** A question for the company that somebody belongs to. */
export interface TenantChoiceView {
  /** What was entered before. */
  readonly value?: string | undefined
  /** Why that led nowhere, in a sentence of ours that is the same for every unknown company. */
  readonly fault?: string | undefined
  /** Where the answer is posted: `company` and `csrf`. */
  readonly action: string
  readonly csrf: string
}

/** Asks which company's sign-in somebody needs. It lists none: who uses a gateway is nobody else's business. */
export const tenantChoicePage = ({ value = '', fault, action, csrf }: TenantChoiceView): string => {
  const faulty = fault !== undefined
  const title = 'Which company do you work for?'
  const main = html`<h1 class="plain">${title}</h1>
<p class="lead">Then you sign in there. Your password goes to your company and not to this gateway.</p>
<form method="post" action="${action}">
<input type="hidden" name="csrf" value="${csrf}">
<div class="field">
<label for="company">Work e-mail address or company id</label>
<span class="soft" id="company-hint">Such as anna@example.com, or the id that your administrators gave you. It only finds the sign-in.</span>
${faulty ? html`<span class="fault" id="company-fault">${fault}</span>` : undefined}
<input type="text" id="company" name="company" value="${value.slice(0, longest)}" maxlength="${longest}" required autocomplete="email" autocapitalize="none" autocorrect="off" spellcheck="false" inputmode="email" ${faulty ? invalid : described}>
</div>
<div class="answers">
<button class="button" type="submit">Continue</button>
</div>
</form>`
  return layout({ title: faulty ? `Error: ${title}` : title, main })
}

/** The longest address of e-mail (RFC 5321 section 4.5.3.1.3). */
const longest = 254

const described = html`aria-describedby="company-hint"`
// Without script, this is what has a screen reader say the error at once.
const invalid = html`aria-describedby="company-fault company-hint" aria-invalid="true" autofocus`
