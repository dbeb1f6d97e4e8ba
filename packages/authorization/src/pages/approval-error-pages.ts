import { type ApprovalName, approvalPath } from '../approvals/approval-url.ts'
import { errorPage } from './error-page.ts'
import { shownName } from './shown-name.ts'

/** Why an approval is not shown, or a decision does not count. */
export type ApprovalRefusal =
  | 'unknown'
  | 'not_approver'
  | 'own'
  | 'expired'
  | 'decided'
  | 'busy'
  | 'no_session'
  | 'stopped'
  | 'form'
  | 'reason'

interface Words {
  readonly status: number
  readonly title: string
  readonly sentence: string
  readonly advice: string
  /** Whether opening the link again helps. */
  readonly again?: true
}

const nothing = 'Nothing was decided.'

/** Each with what to do about it. One sentence for all that is unknown: a company hears nothing of another's. */
const words: Readonly<Record<ApprovalRefusal, Words>> = {
  unknown: {
    status: 404,
    title: 'There is nothing here',
    sentence: 'No approval of this address is known. It may be too old, or of another company.',
    advice: 'Check the link, or have the app ask again.',
  },
  not_approver: {
    status: 403,
    title: 'You may not decide this',
    sentence: `Somebody else asked for this, and your company does not let you approve for others. ${nothing}`,
    advice: 'Tell whoever sent you the link. Your administrators know who may approve.',
  },
  own: {
    status: 403,
    title: 'Another person must decide this',
    sentence: `You asked for this yourself, and your own word does not count for it. ${nothing}`,
    advice: 'Send the link to somebody of your company who may approve it.',
    again: true,
  },
  expired: {
    status: 410,
    title: 'The time for this has run out',
    sentence: 'Nobody decided in time, so nothing was changed.',
    advice: 'If it is still wanted, have the app ask again: it gets a new link.',
  },
  decided: {
    status: 409,
    title: 'This was decided already',
    sentence: 'Somebody was faster, and their word counts. Yours changes nothing.',
    advice: 'Open the link again to see what was decided.',
    again: true,
  },
  busy: {
    status: 409,
    title: 'This is being decided just now',
    sentence: 'Another answer came a moment ago. Yours was not counted.',
    advice: 'Wait a few seconds, and open the link again to see what was decided.',
    again: true,
  },
  no_session: {
    status: 403,
    title: 'Your sign-in has ended',
    sentence: `This browser is not signed in here, or no longer. ${nothing}`,
    advice: 'Open the link again, sign in, and decide then.',
    again: true,
  },
  stopped: {
    status: 403,
    title: 'You may not decide anything now',
    sentence: `The operator of the gateway has stopped you, or your company. ${nothing}`,
    advice: 'Ask your administrators. Until it is taken back, somebody who is not stopped may decide.',
    again: true,
  },
  form: {
    status: 403,
    title: 'This form cannot be used any more',
    sentence: `It was sent before, is too old, or is of another browser. ${nothing}`,
    advice: 'Open the link again and decide there.',
    again: true,
  },
  reason: {
    status: 400,
    title: 'This answer cannot be read',
    sentence: `Choose to approve or to refuse, with a reason of at most 500 characters. ${nothing}`,
    advice: 'Open the link again and decide there.',
    again: true,
  },
}

/** HTTP status of a refusal. */
export const statusOfRefusal = (refusal: ApprovalRefusal): number => words[refusal].status

/** Says why, and what to do. */
export const approvalRefusalPage = (
  refusal: ApprovalRefusal,
  {
    requestId,
    approval,
    because,
  }: {
    readonly requestId: string
    readonly approval: ApprovalName
    /** In words of the operator. */
    readonly because?: string | undefined
  },
): string => {
  const { again, ...own } = words[refusal]
  const reason = shownName(because, 500)
  const sentence = reason === undefined ? own.sentence : `${own.sentence} Their reason: \u201c${reason}\u201d`
  const retry = { path: approvalPath(approval), label: 'Open it again' }
  return errorPage({ ...own, sentence, requestId, ...(again && { retry }) })
}

/** For somebody who chose not to sign in at their company. */
export const notSignedInPage = ({
  requestId,
  approval,
}: {
  readonly requestId: string
  readonly approval: ApprovalName
}): string =>
  errorPage({
    requestId,
    status: 403,
    title: 'You did not sign in',
    sentence: `Without a sign-in at your company, approvals are not shown. ${nothing}`,
    advice: 'You can close this page, or try again.',
    retry: { path: approvalPath(approval), label: 'Sign in' },
  })
