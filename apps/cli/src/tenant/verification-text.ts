import type { VerificationAnswer } from './admin-answers.ts'
import { oneLine } from './printable.ts'
import { table } from './table.ts'

/** A report with one line for each probe. */
export const verificationText = (verifications: readonly VerificationAnswer[]): string[] =>
  verifications.flatMap(({ roleName, roleArn, status, at, probes }) => [
    `${oneLine(roleName)} role ${oneLine(roleArn)}: ${oneLine(status).toUpperCase()} (${oneLine(at)})`,
    ...table(
      probes.map(({ probe, outcome, message }) => [probe, outcome, message]),
      '  ',
    ),
  ])

/** Whether every role may be used. */
export const allAccepted = (verifications: readonly VerificationAnswer[]): boolean =>
  verifications.length > 0 && verifications.every(({ status }) => status === 'accepted')

/** What to do after a report. */
export const nextAfterVerification = (
  verifications: readonly VerificationAnswer[],
  where: string,
): string[] => {
  if (verifications.length === 0) return ['The account has no role to verify.']
  if (allAccepted(verifications)) {
    const done = ['', 'Every role of the account is accepted and can be used.']
    return rotating(verifications) ? [...done, ...afterRotation(where)] : done
  }
  const unknown = verifications.every(({ status }) => status === 'accepted' || status === 'unknown')
  return [
    '',
    unknown
      ? 'AWS could not tell of every role. What was found before stays in force. Try again in a minute:'
      : 'Not every role of the account is accepted; tenant show says which are blocked. Mend what failed, then again:',
    `  aws-mcp tenant verify ${where}`,
  ]
}

/** Whether the external id of before a rotation has still to be taken out of a trust policy. */
const rotating = (verifications: readonly VerificationAnswer[]): boolean =>
  verifications.some(({ probes }) =>
    probes.some(({ probe, outcome }) => probe === 'P7' && outcome === 'warning'),
  )

const afterRotation = (where: string): string[] => [
  'The external id of before is still to go. Install the template again, which does not name it any more, then verify:',
  `  aws-mcp tenant template ${where} --out FILE`,
  `  aws-mcp tenant verify ${where}`,
]
