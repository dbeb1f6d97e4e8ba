import { html } from './html.ts'
import { layout } from './layout.ts'

/** The sign-ins of one company, where it has several. */
export interface SignInChoiceView {
  /** What each is known by, and the path that leads to it. */
  readonly choices: readonly { readonly label: string; readonly path: string }[]
}

/** Asks at which of a company's own sign-ins somebody signs in. */
export const signInChoicePage = ({ choices }: SignInChoiceView): string => {
  const title = 'Where do you sign in?'
  return layout({
    title,
    main: html`<h1 class="plain">${title}</h1>
<p class="lead">Your company has several sign-ins. Choose yours; your password goes there and not to this gateway.</p>
<ul role="list" class="choices">
${choices.map(({ label, path }) => html`<li><a class="button quiet" href="${path}">${label}</a></li>`)}
</ul>`,
  })
}
