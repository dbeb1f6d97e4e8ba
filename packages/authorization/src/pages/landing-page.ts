import { fact } from './fact.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'

/** What a host of sign-ins says of itself. */
export interface LandingView {
  /** URL of the gateway, which people give their app. */
  readonly resource: string
  /** https URL of the operator's own documentation. */
  readonly documentation?: string | undefined
}

/** What the host of the authorization server says at its root, where nobody needs to be. */
export const landingPage = ({ resource, documentation }: LandingView): string =>
  layout({
    title: 'Sign-in',
    main: html`<h1 class="plain">This host signs people in to the MCP gateway for AWS</h1>
<p>You come here by yourself when you connect an app; there is nothing to do on this page.</p>
<dl>
${fact('URL for your app', resource)}
</dl>
${documentation !== undefined && isWebUrl(documentation) ? html`<p class="after"><a href="${documentation}">How to connect an app</a></p>` : undefined}`,
  })

const isWebUrl = (text: string): boolean => ['https:', 'http:'].includes(URL.parse(text)?.protocol ?? '')
