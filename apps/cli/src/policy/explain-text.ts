import { z } from 'zod'
import { oneLine } from '../tenant/printable.ts'
import { table } from '../tenant/table.ts'

const verdict = z.enum(['allow', 'confirm', 'deny'])

/** What of the answer of `aws_check_access` is printed. */
export const explained = z.object({
  verdict,
  class: z.string(),
  known: z.boolean(),
  tool: z.string(),
  iamActions: z.array(z.string()),
  rules: z.array(z.object({ rule: z.string(), verdict, reason: z.string().optional() })),
  accounts: z.array(
    z.object({
      account: z.string(),
      region: z.string(),
      role: z.string(),
      verdict,
      reasons: z.string().optional(),
    }),
  ),
  missing: z.array(z.string()),
  confirmation: z
    .object({ who: z.string(), rules: z.array(z.string()), why: z.string().optional(), how: z.string() })
    .optional(),
  cost: z.object({
    estimate: z.string(),
    basis: z.string().optional(),
    limits: z.array(z.string()).optional(),
    budgetLeft: z.string().optional(),
    note: z.string().optional(),
  }),
  aws: z
    .object({
      role: z.string(),
      results: z.array(
        z.object({
          action: z.string(),
          resource: z.string(),
          decision: z.string(),
          missing: z.array(z.string()).optional(),
        }),
      ),
      note: z.string(),
    })
    .optional(),
})

export type Explained = z.infer<typeof explained>

/** The lines of an answer for a terminal: rule by rule, then by account, then what else there is to know. */
export const explainText = (answer: Explained, said: Explained['verdict']): string[] => {
  const { rules, accounts, missing, confirmation, cost, aws } = answer
  const { estimate, basis, limits = [], budgetLeft, note } = cost
  return [
    `${said.toUpperCase()}  ${oneLine(answer.iamActions.join(', '))}, class ${answer.class}, as ${oneLine(answer.tool)}${answer.known ? '' : ' (the gateway does not know the action)'}`,
    '',
    ...table([
      ['RULE', 'VERDICT', 'REASON'],
      ...rules.map(({ rule, verdict, reason = '' }) => [rule, verdict, reason]),
    ]),
    '',
    ...table([
      ['ACCOUNT', 'REGION', 'ROLE', 'VERDICT', 'REASON'],
      ...accounts.map(({ account, region, role, verdict, reasons = '' }) => [
        ...[account, region, role, verdict, reasons],
      ]),
    ]),
    '',
    ...(missing.length > 0 ? [`Not known: ${oneLine(missing.join(', '))}`] : []),
    ...(confirmation
      ? [
          `Confirmation: ${confirmation.who}${confirmation.rules.length > 0 ? ` (${confirmation.rules.join(', ')})` : ''}. ${oneLine(confirmation.why ?? '')}`.trimEnd(),
          `  ${oneLine(confirmation.how)}`,
        ]
      : []),
    `Cost: ${[estimate, basis, note, budgetLeft && `${budgetLeft} of a whole day's budget`].flatMap((part) => (part ? [oneLine(part)] : [])).join('; ')}`,
    ...limits.map((limit) => `  ${oneLine(limit)}`),
    ...(aws
      ? [
          `AWS on ${oneLine(aws.role)}:`,
          ...table(
            aws.results.map(({ action, resource, decision, missing = [] }) => [
              ...[action, decision, resource, missing.length > 0 ? `not known: ${missing.join(', ')}` : ''],
            ]),
            '  ',
          ),
          `  ${oneLine(aws.note)}`,
        ]
      : []),
  ]
}
