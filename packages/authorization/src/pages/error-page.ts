import { fact } from './fact.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { shownName } from './shown-name.ts'

/** What went wrong. Words that are left out are those for the status. */
export interface ErrorView {
  readonly status: number
  readonly requestId: string
  /** Sentences of ours, never of a library or of another server. */
  readonly title?: string | undefined
  readonly sentence?: string | undefined
  /** What to do now. */
  readonly advice?: string | undefined
  /** A path of this host at which to try again. */
  readonly retry?: { readonly path: string; readonly label: string } | undefined
}

/** Says what went wrong, what to do, and by which id it is found in the logs. */
export const errorPage = ({ status, requestId, retry, ...own }: ErrorView): string => {
  const words = wordsOf(status)
  const title = own.title ?? words.title
  const main = html`<h1 class="plain">${title}</h1>
<p>${own.sentence ?? words.sentence}</p>
<p>${own.advice ?? words.advice}</p>
${retry && isPath(retry.path) ? html`<p class="answers"><a class="button" href="${retry.path}">${retry.label}</a></p>` : undefined}
<h2>For your administrators</h2>
<dl>
${fact('Request', requestId)}
${fact('Status', String(status))}
</dl>`
  return layout({ title, main })
}

/** For a sign-in that worked, of somebody whose company no tenant of this gateway is. `account` is their e-mail address. */
export const notServedPage = (
  view: Pick<ErrorView, 'requestId' | 'retry'> & { readonly account?: string | undefined },
): string => {
  const account = shownName(view.account, 254)
  return errorPage({
    ...view,
    status: 403,
    title: 'Your company is not connected to this gateway',
    sentence: `You signed in${account === undefined ? '' : ` as ${account}`}, but that sign-in belongs to no company that this gateway serves. No access was given to anything.`,
    advice:
      'If you have another account, such as that of your work, sign out where you just signed in and connect again from your app. Otherwise ask your administrators.',
  })
}

interface ErrorWords {
  readonly title: string
  readonly sentence: string
  readonly advice: string
}

const wordsOf = (status: number): ErrorWords => wordsByStatus[status] ?? (status >= 500 ? broken : refused)

const again = 'Go back to your app and connect from there again.'

const refused: ErrorWords = {
  title: 'This request cannot be used',
  sentence: 'Something in the link that brought you here is missing, or is not allowed. No access was given.',
  advice: `${again} If this happens each time, give the people who run that app the request id.`,
}

const broken: ErrorWords = {
  title: 'Something failed on our side',
  sentence: 'The gateway could not finish your sign-in. No access was given.',
  advice: `Wait a minute. ${again}`,
}

const wordsByStatus: Readonly<Record<number, ErrorWords>> = {
  403: {
    title: 'You cannot continue here',
    sentence:
      'This step belongs to another browser or another sign-in, or you may not take it. No access was given.',
    advice: `${again} If this happens each time, ask your administrators.`,
  },
  404: {
    title: 'There is nothing here',
    sentence: 'The address is wrong, or the sign-in that it was part of has ended.',
    advice: again,
  },
  410: {
    title: 'This sign-in has ended',
    sentence: 'It took too long, or it was answered before. No access was given.',
    advice: again,
  },
  429: {
    title: 'Too many attempts',
    sentence: 'There were more requests from your network than this gateway takes in so short a time.',
    advice: `Wait a few minutes. ${again}`,
  },
  503: {
    title: 'Sign-in is not available right now',
    sentence:
      'The gateway cannot reach a service that it needs for this, which may be your company’s sign-in. You did nothing wrong, and apps that are already connected stay connected.',
    advice: `Wait a minute. ${again}`,
  },
}

/** A path of this host, and not the start of another one's URL. */
const isPath = (path: string): boolean => /^\/(?![/\\])[\x21-\x7e]*$/.test(path)
