import { html } from './html.ts'
import { layout } from './layout.ts'

/** Says that somebody is signed out, and what that ends and does not end. */
export const signedOutPage = (): string =>
  layout({
    title: 'You are signed out',
    main: html`<h1 class="plain">You are signed out</h1>
<p>This browser is no longer signed in at the gateway. The next app that you connect asks you to sign in again.</p>
<h2>What this does not end</h2>
<ul role="list">
<li>${dot}Apps that you connected before.<span class="soft">To end one, disconnect it in that app, or ask your administrators to revoke it.</span></li>
<li>${dot}Your sign-in at your company.<span class="soft">On a computer that others use, sign out there too.</span></li>
</ul>
<p class="after">You can close this page.</p>`,
  })

const dot = html`<svg viewBox="0 0 18 18" fill="currentColor" aria-hidden="true" focusable="false"><circle cx="9" cy="9" r="3"/></svg>`
