import type { ToolContext } from '@gateway/domain'
import { type Confirmation, type Rung, usdText } from '@gateway/domain'
import { howToConfirm } from './who-confirms.ts'

type Rule = Confirmation['rules'][number]

/** Who must confirm what, by which rule, in the order in which rules are tried. */
export const confirmationWords = (context: Pick<ToolContext, 'grant' | 'outlook'>): readonly string[] => {
  const { rules, productionTags } = context.grant.tenant.confirmation
  const tags = tagWords(productionTags)
  return [
    ...rules.map((rule) => `Rule ${rule.name}: ${callWords(rule)} ${requireWords[rule.require]}.`),
    `${rules.length > 0 ? 'What no rule fits: a' : 'A'} person confirms what launches, terminates, deletes, replaces or resizes, what applies a stack, what stops or reboots an instance tagged production, and every aws_api_write (confirmation.asked). A plan or a dry run needs nobody, and so does a Lambda function.`,
    'Another person confirms what changes permissions (confirmation.permissions), and what exceeds the budget of the day (cost.budget).',
    ...(tags === ''
      ? []
      : [
          `Another person confirms what destroys something tagged ${tags}, or something of which that is not known (confirmation.production).`,
        ]),
    'A person confirms what has no known price (cost.unpriced).',
    `A person is asked so. ${howToConfirm('person', context)}`,
    `Another person is asked so. ${howToConfirm('other-person', context)}`,
  ]
}

const callWords = ({ when }: Rule): string => {
  const { classes, accounts, tools, tags, aboveUsd } = when
  const parts = [
    classes && `of class ${classes.join(' or ')}`,
    accounts && `in ${accounts.join(' or ')}`,
    tools && `by ${tools.join(' or ')}`,
    tags && `of what is tagged ${tagWords(tags)}`,
    aboveUsd !== undefined && `of more than ${usdText(aboveUsd * 1_000_000)}`,
  ].filter((part) => part !== undefined && part !== false)
  return `a call ${parts.length > 0 ? parts.join(' ') : 'that changes something'}`
}

const requireWords: Readonly<Record<Rung, string>> = {
  nobody: 'needs nobody',
  person: 'is confirmed by a person',
  approval: 'is confirmed by a person on the approval page',
  'other-person': 'is confirmed by another person',
  refuse: 'is refused, whoever agrees',
}

const tagWords = (tags: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(tags)
    .map(([key, values]) => `${key}=${values.join('|')}`)
    .join(' or ')
