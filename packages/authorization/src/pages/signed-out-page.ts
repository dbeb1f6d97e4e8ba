import { html } from './html.ts'
import { layout } from './layout.ts'
import { list } from './list.ts'

/** Says that somebody is signed out, and what that ends and does not end. */
export const signedOutPage = (): string =>
  layout({
    title: 'You are signed out',
    main: html`<h1 class="plain">You are signed out</h1>
<p>This browser is no longer signed in at the gateway. The next app that you connect asks you to sign in again.</p>
<h2>What this does not end</h2>
${list([
  html`Apps that you connected before.<span class="soft">To end one, disconnect it in that app, or ask your administrators to revoke it.</span>`,
  html`Your sign-in at your company.<span class="soft">On a computer that others use, sign out there too.</span>`,
])}
<p class="after">You can close this page.</p>`,
  })
