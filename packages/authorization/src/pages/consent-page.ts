import { GatewayError, type Scope } from '@gateway/domain'
import { asker } from './asker.ts'
import { fact } from './fact.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { furtherScopes, wordsOfScope } from './scope-words.ts'
import { shownName } from './shown-name.ts'

/** A request of an app, before anybody has signed in. */
export interface ConsentView {
  readonly clientId: string
  /** Of this request: a client may have several. */
  readonly redirectUri: string
  /** As the client calls itself. */
  readonly clientName?: string | undefined
  /** Name of the maker, only where the host of the client id was verified to be theirs. */
  readonly vendor?: string | undefined
  /** Name of the company, where it is known before anybody has signed in. */
  readonly company?: string | undefined
  /** Host of the company's sign-in, where it is known. */
  readonly signInHost?: string | undefined
  /** What it asks for: at least one. */
  readonly scopes: readonly Scope[]
  /** URL of the gateway. */
  readonly resource: string
  /** Days after which access ends, however it is used. */
  readonly days: number
  /** Where the answer is posted: `answer` is `continue` or `cancel`, `also` each further scope, and `csrf`. */
  readonly action: string
  readonly csrf: string
}

/**
 * Asks a person whether an app may act for them (RFC 9700 section 4.4.2.1: before the company's sign-in). Throws
 * `bad_request` for a redirect URI that a browser must not be sent to, and for no scope at all.
 */
export const consentPage = (view: ConsentView): string => {
  const { scopes, resource, days, action, csrf } = view
  if (scopes.length === 0) throw new GatewayError('bad_request', 'The app asked for no access at all.')
  const company = shownName(view.company)
  const { name, heading, claim, notice, goesTo } = asker(view)
  const gateway = company === undefined ? html`this gateway` : html`the <bdi>${company}</bdi> gateway`
  const main = html`<h1>${heading} wants to use AWS through ${gateway}</h1>
${claim}
<p class="lead">If you did not just connect it yourself, choose Cancel. Nothing has been allowed yet.</p>
${notice}
<form method="post" action="${action}">
<input type="hidden" name="csrf" value="${csrf}">
<h2>What it may do for you</h2>
<ul role="list">
${scopes.map(permission)}
</ul>
${choices(furtherScopes(scopes))}
<p class="after">It never gets more than your company lets you do yourself.</p>
<h2>Check before you continue</h2>
<dl>
${fact('Access goes to', goesTo)}
${fact('It will use', resource)}
${fact('You sign in', signInAt(company, view.signInHost), 'The app never sees your password.')}
${fact('It ends', `After ${days} days. Earlier if you disconnect it in the app, or if your administrators revoke it.`)}
</dl>
<div class="answers">
<button class="button" type="submit" name="answer" value="continue">Continue to sign-in</button>
<button class="button quiet" type="submit" name="answer" value="cancel">Cancel</button>
</div>
<p class="after">Next comes your company’s sign-in. Nothing is allowed before you have signed in there.</p>
</form>`
  return layout({ title: `Allow ${name} to use AWS?`, main })
}

const signInAt = (company: string | undefined, host: string | undefined): string => {
  const at = company === undefined ? 'At your company’s own sign-in' : `At the sign-in of ${company}`
  return host === undefined ? at : `${at}: ${host}`
}

const permission = (scope: Scope): Html => {
  const { may, means } = wordsOfScope[scope]
  return html`<li>${tick}${may}<span class="soft">${means}</span></li>`
}

const choices = (offered: readonly Scope[]): Html | undefined =>
  offered.length === 0
    ? undefined
    : html`<fieldset>
<legend>It asked for no more than that. If you want:</legend>
${offered.map(choice)}
</fieldset>`

const choice = (scope: Scope): Html => {
  const { also, means } = wordsOfScope[scope]
  const id = scope.replace(':', '-')
  return html`<div class="choice">
<input type="checkbox" id="${id}" name="also" value="${scope}" aria-describedby="${id}-means">
<label for="${id}">${also}</label>
<span class="soft" id="${id}-means">${means}</span>
</div>`
}

const tick = html`<svg viewBox="0 0 18 18" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="M3 9.5 7 13.5 15 4.5"/></svg>`
