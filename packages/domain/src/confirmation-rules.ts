import { z } from 'zod'
import { operationClasses } from './tool.ts'

/**
 * Who must agree before a call is carried out, least first: nobody; a person, by a form of the client or on the approval page;
 * a person on the approval page whatever the client can do; a person there who is not the one who asks; or it is refused whoever agrees.
 */
export const rungs = ['nobody', 'person', 'approval', 'other-person', 'refuse'] as const
export type Rung = (typeof rungs)[number]
/** A rung at which somebody can agree. */
export type ConfirmationRung = Exclude<Rung, 'nobody' | 'refuse'>

const rule = z.strictObject({
  /** Shown to whoever is held up by it, and audited as `confirmation.<name>`. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1-40 of a-z, 0-9 and -'),
  /** A call fits if it fits all that is given; a rule without any fits every call that changes something. */
  when: z
    .strictObject({
      classes: z.array(z.enum(operationClasses)).min(1).optional(),
      /** Aliases. */
      accounts: z.array(z.string()).min(1).optional(),
      tools: z.array(z.string()).min(1).optional(),
      /** Tags of what is changed, each with values of which one fits; `*` is any value. What is not known fits no rule that loosens. */
      tags: z.record(z.string().min(1), z.array(z.string()).min(1)).optional(),
      /** Estimates of more than that; what is unpriced fits, but no rule that loosens. */
      aboveUsd: z.number().min(0).max(1_000_000).optional(),
    })
    .default({}),
  require: z.enum(rungs),
})

/** Who must agree to calls that destroy, spend or grant. */
export const confirmation = z
  .strictObject({
    /**
     * Where the client cannot ask a person (MCP elicitation): `approval`, by which a signed-in person decides on a page of the
     * gateway; `refuse`; or `second-call`, by which the same call with the ticket of its refusal passes if it is no worse than a write
     * or spending. A model can make that call by itself. Where the gateway serves no pages, `approval` is `refuse`.
     */
    withoutElicitation: z.enum(['approval', 'refuse', 'second-call']).default('approval'),
    /** Tags that mark production: what destroys something so tagged takes another person. */
    productionTags: z.record(z.string().min(1), z.array(z.string()).min(1)).default({
      Environment: ['production', 'prod'],
      environment: ['production', 'prod'],
      env: ['production', 'prod'],
    }),
    /** Groups whose people may approve what another person must; absent means those who may have scope aws:admin. */
    approverGroups: z.array(z.string().min(1)).min(1).optional(),
    /** Minutes in which an approval must be given. */
    approvalMinutes: z.int().min(1).max(60).default(15),
    /** The first that fits decides; where none does, see the rungs that are built in. What exceeds the budget is not for them. */
    rules: z.array(rule).max(50).default([]),
  })
  .superRefine(({ rules }, context) => {
    const seen = new Set<string>()
    rules.forEach(({ name }, i) => {
      if (seen.has(name))
        context.addIssue({ code: 'custom', path: ['rules', i, 'name'], message: 'is that of another rule' })
      seen.add(name)
    })
  })
  .prefault({})

export type Confirmation = z.infer<typeof confirmation>
