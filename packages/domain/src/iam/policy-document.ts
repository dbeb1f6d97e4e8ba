import { z } from 'zod'
import { operatorFault, valueFault } from './condition-operators.ts'

const actionPattern = /^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/
/** Six fields; the fourth and fifth are empty for some services, and `*` may stand in any. */
const resourcePattern = /^(\*|arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S[\s\S]*)$/

const action = { pattern: actionPattern, message: 'must be an IAM action such as s3:GetObject, or *' }
const resource = {
  pattern: resourcePattern,
  message: 'must be a whole ARN such as arn:aws:s3:::bucket/*, or *',
}

/** One text or a list of them, as IAM has it. The pattern is checked apart: a union would hide where the fault is. */
const texts = ({ pattern, message }: { pattern: RegExp; message: string }) => {
  const text = z.string().meta({ pattern: pattern.source })
  return z
    .union([text, z.array(text).min(1)], { error: `${message}; one text or a list of them` })
    .superRefine((value, context) => {
      const list = typeof value === 'string' ? [value] : value
      list.forEach((each, i) => {
        if (pattern.test(each)) return
        context.addIssue({ code: 'custom', path: typeof value === 'string' ? [] : [i], message })
      })
    })
}

const conditionValue = z.union([z.string(), z.number(), z.boolean()])
const conditionValues = z.union([conditionValue, z.array(conditionValue).min(1)], {
  error: 'must be a text, a number, true or false, or a list of them',
})

const condition = z
  .record(z.string(), z.record(z.string(), conditionValues))
  .superRefine((operators, context) => {
    for (const [operator, keys] of Object.entries(operators)) {
      const fault = operatorFault(operator)
      if (fault) context.addIssue({ code: 'custom', path: [operator], message: fault })
      for (const [key, value] of Object.entries(keys)) {
        const wrong = /^[A-Za-z0-9-]+:\S+$/.test(key)
          ? !fault && valueFault(operator, [value].flat())
          : 'must be a condition key such as aws:RequestedRegion'
        if (wrong) context.addIssue({ code: 'custom', path: [operator, key], message: wrong })
      }
    }
  })

const statement = z
  .strictObject({
    Sid: z
      .string()
      .regex(/^[A-Za-z0-9]*$/, 'must be letters and digits')
      .optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: texts(action).optional(),
    NotAction: texts(action).optional(),
    Resource: texts(resource).optional(),
    NotResource: texts(resource).optional(),
    Condition: condition.optional(),
  })
  .superRefine((each, context) => {
    for (const [one, other] of [
      ['Action', 'NotAction'],
      ['Resource', 'NotResource'],
    ] as const) {
      if ((each[one] === undefined) === (each[other] === undefined))
        context.addIssue({
          code: 'custom',
          path: [],
          message: `needs either ${one} or ${other}, and not both`,
        })
    }
  })

/**
 * An IAM identity policy in IAM's own shape (IAM User Guide, "IAM JSON policy element reference"). A single statement may
 * stand without its list. Not checked: whether the actions, ARNs and condition keys exist.
 */
export const policyDocument = z.strictObject({
  Version: z.literal('2012-10-17', { error: 'must be "2012-10-17"' }),
  Id: z.string().min(1).max(512).optional(),
  Statement: z
    .preprocess(
      (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? [value] : value),
      z.array(statement).min(1),
    )
    .superRefine((statements, context) => {
      const seen = new Set<string>()
      statements.forEach(({ Sid }, i) => {
        if (Sid && seen.has(Sid))
          context.addIssue({ code: 'custom', path: [i, 'Sid'], message: 'is that of another statement' })
        if (Sid) seen.add(Sid)
      })
    }),
})

export type PolicyDocument = z.infer<typeof policyDocument>
export type Statement = PolicyDocument['Statement'][number]
