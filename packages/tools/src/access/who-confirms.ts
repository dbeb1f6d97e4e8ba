import { type ConfirmationRung, type Decision, rungs, type ToolContext } from '@gateway/domain'
import { z } from 'zod'

/** Who would have to agree to a call, and how they would be asked. */
export const confirmationOutput = z.object({
  who: z.enum(['nobody', 'person', 'approval', 'other-person']),
  rules: z.array(z.string()),
  why: z.string().optional(),
  how: z.string(),
})

/** Undefined for a call that is refused whoever agrees. */
export const whoConfirms = (
  decision: Decision,
  { grant, outlook }: Pick<ToolContext, 'grant' | 'outlook'>,
): z.infer<typeof confirmationOutput> | undefined => {
  if (decision.effect === 'deny') return undefined
  if (decision.effect === 'allow')
    return { who: 'nobody', rules: [], how: 'It is carried out without anybody being asked.' }
  const who = decision.needs.map(({ rung }) => rung).reduce(stricter)
  return {
    who,
    rules: [...decision.ruleIds],
    why: decision.needs.map(({ reason }) => reason).join(' '),
    how: howToConfirm(who, { grant, outlook }),
  }
}

const stricter = (one: ConfirmationRung, other: ConfirmationRung): ConfirmationRung =>
  rungs.indexOf(other) > rungs.indexOf(one) ? other : one

/** How people are asked at a rung, and which people. */
export const howToConfirm = (
  who: ConfirmationRung,
  { grant, outlook }: Pick<ToolContext, 'grant' | 'outlook'>,
): string => {
  const { withoutElicitation, approverGroups, approvalMinutes } = grant.tenant.confirmation
  const page = outlook.hasPages
    ? `on the approval page, by a link that the refusal gives; within ${approvalMinutes} minutes, and then the same call passes with its confirmation`
    : undefined
  if (who === 'person') {
    const otherwise = {
      approval: page ?? `not at all: ${noPage}`,
      refuse: 'not at all',
      'second-call':
        'for what can be undone by a second call with the confirmation of the refusal, and for the rest not at all',
    }[withoutElicitation]
    return `By a form of your client (MCP elicitation); where it has none, ${otherwise}.`
  }
  if (!page) return `Nobody can: it takes an approval page, and ${noPage}.`
  if (who === 'approval') return `A signed-in person agrees ${page}.`
  const approvers = approverGroups
    ? `somebody of ${approverGroups.join(', ')}`
    : 'somebody who may have scope aws:admin'
  return `Another person than who asks (${approvers}) agrees ${page}.`
}

/** Why there is no approval page. */
export const noPage =
  'this gateway serves none (AUTHORIZATION_URL), or nobody of your company signs in through it (a connection with clientId)'
