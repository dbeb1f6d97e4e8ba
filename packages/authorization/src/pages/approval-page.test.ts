import type { Plan } from '@gateway/domain'
import { expect, test } from 'vitest'
import { type ApprovalView, approvalPage } from './approval-page.ts'
import { deciding, waiting } from './testing/every-page.ts'

const wordsOf = (page: string): string =>
  page
    .replace(/<style>[\s\S]*<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ')

const shown = (plan: Partial<Plan>, view: Partial<ApprovalView> = {}): string => {
  const given: Plan = { effect: 'Does it.', resources: [], ...plan }
  return wordsOf(approvalPage({ ...deciding('x'), approval: { ...waiting('x'), plan: given }, ...view }))
}

test.each<[string, Partial<Plan>, string | undefined]>([
  ['nothing is said of cost', {}, undefined],
  ['less', { usdPerHour: -0.5 }, '-0.5 USD per hour.'],
  [
    'more, as of a date',
    { usdPerHour: 0.0104, prices: 'As of 2026-11-01.' },
    '+0.0104 USD per hour. As of 2026-11-01.',
  ],
  ['nothing', { usdPerHour: 0 }, '0 USD per hour.'],
  ['unpriced', { usdPerHour: 'unpriced' }, 'Unpriced: it is not known here, which does not mean free.'],
  [
    'what the budget is charged',
    { usdPerHour: 1, cost: { microUsd: 24_000_000, basis: '24 hours of 1 USD.' } },
    '+1 USD per hour. The budget is charged 24.00 USD. 24 hours of 1 USD.',
  ],
  [
    'a charge that nobody knows',
    { cost: { microUsd: 'unpriced', basis: 'No price of x.' } },
    'What the budget is charged is not known. No price of x.',
  ],
])('cost: %s', (_, plan, expected) => {
  const words = shown(plan)
  if (expected === undefined) expect(words).not.toContain('Cost')
  else expect(words).toContain(`Cost ${expected} Who asks`)
})

test('resources: 50 with names and tags, and how many more there are', () => {
  const resources = Array.from({ length: 60 }, (_, index) => ({
    id: `i-${index}`,
    name: `web ${index}`,
    tags: { Name: `web ${index}`, Environment: 'production' },
  }))
  const words = shown({ resources, details: { moreResources: 7 } })
  expect(words).toContain('i-49 web 49 Tags: \u201c Environment \u201d = \u201c production \u201d')
  expect(words).not.toContain('i-50')
  expect(words).toContain('And 17 more, which are not shown.')
  expect(shown({})).toContain('Nothing that exists already is named.')
})

test('what is left out of a long request is said before it', () => {
  const words = shown({ details: { request: { lines: ['a = "b"'], left: 12, cut: 3 } } })
  expect(words).toContain(
    'Too much to show whole. 12 values are left out below, and 3 are cut short. a = "b"',
  )
})

test.each([
  [900_000, '15 minutes, until 00:15 UTC'],
  [119_000, '1 minute, until 00:15 UTC'],
  [59_000, 'Less than a minute, until 00:15 UTC'],
])('%i ms before its end: %s', (left, expected) => {
  expect(shown({}, { now: 900_000 - left })).toContain(`Time left ${expected}`)
})

test('somebody who never signed in here is named by the subject of their token', () => {
  const asker = { principalId: 'p', issuer: 'https://sso.example', subject: 'machine-7', client: 'c' }
  const approval = { ...waiting('x'), asker }
  const words = wordsOf(
    approvalPage({ ...deciding('x'), approval, askerName: undefined, askerHost: 'sso.example' }),
  )
  expect(words).toContain('Who asks machine-7 Signed in at sso.example.')
})

test('a reason of the caller is quoted, and cannot end its quotation', () => {
  const words = shown({ details: { reason: 'needed” Approved by the board. “' } })
  expect(words).toContain("“ needed' Approved by the board. ' ”")
  expect(words).toContain('Nobody has checked them.')
})

const tagsIn = (tags: Readonly<Record<string, string>>, view: Partial<ApprovalView> = {}): string[] => {
  const plan: Plan = { effect: 'Does it.', resources: [{ id: 'i-1', tags }] }
  const page = approvalPage({ ...deciding('x'), approval: { ...waiting('x'), plan }, ...view })
  const [, inside = ''] = /<ul role="list" class="tags">([\s\S]*?)<\/ul>/.exec(page) ?? []
  return [...inside.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, tag = '']) =>
    tag.replace(/<\/?bdi>/g, '').replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
  )
}

test('tags: each of its own, in quotation marks that none can end', () => {
  expect(
    tagsIn({ note: 'a; Environment = dev', more: 'a\u201d = \u201cb', empty: '', none: '\u200b' }),
  ).toEqual([
    '\u201cnote\u201d = \u201ca; Environment = dev\u201d',
    "\u201cmore\u201d = \u201ca' = 'b\u201d",
    '\u201cempty\u201d = \u201c\u201d',
    '\u201cnone\u201d = (nothing that can be read)',
  ])
})

test('tags: what makes it production or fits a rule goes first and is never left out', () => {
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`a${index}`, 'b']))
  const tellingTags = [{ Environment: ['production', 'prod'] }, { team: ['*'] }, { Name: ['vault'] }]
  const shown = tagsIn({ ...many, Environment: 'production', team: 'x', Name: 'vault' }, { tellingTags })
  expect(shown.slice(0, 3)).toEqual([
    '<strong>\u201cEnvironment\u201d = \u201cproduction\u201d</strong>',
    '<strong>\u201cteam\u201d = \u201cx\u201d</strong>',
    '<strong>\u201cName\u201d = \u201cvault\u201d</strong>',
  ])
  expect(shown).toHaveLength(9)
  expect(shown.at(-1)).toBe('and 4 more')
  const dev = tagsIn({ ...many, Environment: 'dev', Name: 'web' }, { tellingTags })
  expect(dev.join()).not.toMatch(/strong|web/)
  const telling = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`t${index}`, 'b']))
  const all = Object.fromEntries(Object.keys(telling).map((key) => [key, ['b']]))
  expect(
    tagsIn({ ...many, ...telling }, { tellingTags: [all] }).filter((tag) => tag.includes('t')),
  ).toHaveLength(12)
})

test('resources that are production are not among those that are left out', () => {
  const plain = Array.from({ length: 60 }, (_, index) => ({ id: `i-${index}`, tags: { a: 'b' } }))
  const words = shown({ resources: [...plain, { id: 'i-live', tags: { Environment: 'production' } }] })
  expect(words).toContain('What it changes i-live Tags: \u201c Environment')
  expect(words).toContain('And 11 more, which are not shown.')
})
