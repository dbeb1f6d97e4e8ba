import type { Issuer } from './issuer.ts'
import { Html, html, page } from './page.ts'
import { emailOf } from './users.ts'

/** Where a person chooses who they are; `secret` says whether they must show that they read the sandbox's terminal. */
export const signInPage = (
  { tenantId, name, users }: Issuer,
  { action, secret, wrong }: { action: string; secret: boolean; wrong: boolean },
): string =>
  page(
    name,
    'Sign in',
    html`<p>Choose who you are.</p>
<p class="note">This is a sandbox: these people do not exist and have no passwords.</p>
<form method="post" action="${action}">
${secret ? secretField(wrong) : html``}
<ul>
${users.map(
  (user) => html`<li><button name="user" value="${user.id}"><strong>${user.name}</strong>
<small>${emailOf(tenantId, user)}</small>
<small>${user.may}</small></button></li>
`,
)}
</ul>
</form>
<form method="post" action="${action}"><button class="plain" name="cancel" value="yes">Do not sign in</button></form>`,
  )

const secretField = (wrong: boolean): Html =>
  html`${wrong ? html`<p class="note" role="alert">That is not the secret of this sandbox.</p>` : html``}
<label>Secret that the sandbox printed in its terminal
<input type="password" name="secret" autocomplete="off" required></label>`

/** Asks whether to sign out; `form` is the provider's own, without a button. */
export const signOutPage = (name: string, form: string): string =>
  page(
    name,
    'Sign out',
    html`<p>You are signed in. Sign out of ${name} in this browser?</p>
${new Html(form)}
<button class="plain" form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
  )

/** What is left after it. */
export const signedOutPage = (name: string): string =>
  page(
    name,
    'Signed out',
    html`<p>You are signed out. The next sign-in asks who you are. You can close this page.</p>`,
  )

/** Why there is no sign-in; `reason` is a sentence of the OAuth error, for whoever sets up a client. */
export const failurePage = (name: string, reason: string): string =>
  page(
    name,
    'Sign-in failed',
    html`<p role="alert">This sign-in cannot go on. Close this page and start again from the program that sent you here.</p>
<p class="quiet">${reason}</p>`,
  )
