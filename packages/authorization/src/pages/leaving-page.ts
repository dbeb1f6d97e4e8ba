import { destinationOf } from './destination.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { shownName } from './shown-name.ts'

/** Where somebody is going. */
export interface LeavingView {
  /** The whole URL, of a sign-in or of an app's redirect URI. */
  readonly to: string
  /** Name of the company whose sign-in it is; absent on the way back to an app. */
  readonly company?: string | undefined
}

/**
 * Takes a browser on after a form was posted. Chromium applies `form-action` to every redirect that follows a form, also to
 * those of a company's sign-in, whose hosts nobody can list; a page that refreshes itself ends that chain. Throws
 * `bad_request` like `destinationOf`.
 */
export const leavingPage = ({ to, company: name }: LeavingView): string => {
  const destination = destinationOf(to)
  const company = shownName(name)
  const place = destination.kind === 'app' ? destination.scheme : destination.host
  const href = new URL(to).href
  const title = company === undefined ? 'Going back to your app' : `Going to the sign-in of ${company}`
  return layout({
    title,
    refreshTo: href,
    main: html`<h1 class="plain">${title}</h1>
<p>If nothing happens, continue yourself to ${place}.</p>
<p class="answers"><a class="button" href="${href}">Continue</a></p>`,
  })
}
