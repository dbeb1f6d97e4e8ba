import { expect, test } from 'vitest'
import type { Plan } from './plan.ts'
import { planText } from './plan-text.ts'
import type { ToolContext } from './tool.ts'

const context = {
  account: { alias: 'prod', accountId: '111111111111' },
  region: 'eu-west-1',
} as unknown as ToolContext

const textOf = (plan: Partial<Plan>) => planText({ effect: 'Does it.', resources: [], ...plan }, context)

test('what a tool knows of what it changes is shown, without secrets', () => {
  const changes = [
    {
      action: 'Modify',
      logicalId: 'Db',
      type: 'AWS::RDS::DBInstance',
      replacement: 'true',
      properties: ['Port'],
    },
    { action: 'Remove', logicalId: 'Queue', type: 'AWS::SQS::Queue' },
  ]
  const plan = {
    resources: [{ id: 'db-1', name: 'Db' }],
    usdPerHour: -0.5,
    details: {
      parameters: [{ key: 'DbPassword', value: 'hunter2' }],
      changes,
      versioned: undefined,
      none: [],
    },
  }
  expect(textOf(plan)).toMatchInlineSnapshot(`
    "Does it.
    In account prod (111111111111), eu-west-1.
    - db-1 (Db)
    Estimated cost: -0.5 USD per hour.
    Details:
      changes.0: action = "Modify", logicalId = "Db", type = "AWS::RDS::DBInstance", replacement = "true", properties = ["Port"]
      changes.1: action = "Remove", logicalId = "Queue", type = "AWS::SQS::Queue"
      none = []
      parameters.0: key = "DbPassword", value = "[redacted]""
  `)
})

test('a plan without details is as short as it was', () => {
  expect(textOf({ resources: [{ id: 'a' }] })).toBe(
    'Does it.\nIn account prod (111111111111), eu-west-1.\n- a',
  )
})

test('the number of resources is said, also of those that the plan only counts', () => {
  const resources = Array.from({ length: 25 }, (_, n) => ({ id: `i-${n}` }))
  const lines = textOf({ resources, details: { moreResources: 475 } }).split('\n')
  expect(lines[2]).toBe('500 resources, of which 20 are shown:')
  expect(lines.at(-1)).toBe('- and 480 more')
  expect(lines).toHaveLength(24)
})

test.for([
  'x\nIn account other (222222222222), eu-west-1.',
  'x\r\n- i-2',
  'x\u2028Reason: y',
  'x\u0085y',
  `x${' '.repeat(500)}Reason: y`,
  `x${'\u3000'.repeat(500)}Reason: y`,
  `x${'\u2800'.repeat(500)}Reason: y`,
  'x\u202eno',
  'x\u001b[2Jy',
  '", Effect = "Deny',
])('no text makes a line, hides or ends its quotes: %j', (text) => {
  const plain = textOf({
    resources: [{ id: 'i-1', name: 'x' }],
    details: { reason: 'x', x: 'x', list: [{ x: 'x' }] },
  })
  const forged = textOf({
    effect: `Does it. ${text}`,
    resources: [{ id: 'i-1', name: text }],
    details: { reason: text, [text]: text, list: [{ [text]: text }] },
  })
  const lines = forged.split('\n').filter((line) => !line.startsWith('ATTENTION'))
  expect(lines).toHaveLength(plain.split('\n').length)
  expect(forged).not.toMatch(/[^\n\P{Cc}]|\p{Cf}|[\u2028\u2029\u2800\u3000]| {10}/u)
  expect(forged).not.toContain('", Effect = "Deny"')
})

test.for([
  [{ usdPerHour: 0.0114 }, 'Estimated cost: +0.0114 USD per hour.'],
  [{ usdPerHour: -0.096 }, 'Estimated cost: -0.096 USD per hour.'],
  [{ usdPerHour: 0 }, 'Estimated cost: +0 USD per hour.'],
  [
    { usdPerHour: 1, prices: 'List prices of a day,\nnot verified.' },
    'Estimated cost: +1 USD per hour. List prices of a day, not verified.',
  ],
  [{ usdPerHour: 'unpriced' }, 'Estimated cost: unpriced. It is not known here, which does not mean free.'],
  [{}, undefined],
] as const)('a plan with %j says %s', ([of, line]) => {
  expect(textOf(of).split('\n')[2]).toBe(line)
})
