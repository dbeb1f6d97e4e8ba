import { expect, test } from 'vitest'
import { planLines } from './plan-lines.ts'

test('every value has its path, small records and lists share a line', () => {
  const value = {
    Name: 'web',
    Count: 2,
    Public: true,
    Nothing: null,
    When: new Date('2026-01-02T03:04:05Z'),
    Ids: ['a', 'b', 'c', 'd'],
    Ranges: [
      { Cidr: '0.0.0.0/0', Description: 'all' },
      { Cidr: '10.0.0.0/8', Deep: { a: 1 } },
    ],
    Empty: {},
    None: [],
  }
  expect(planLines(value)).toMatchInlineSnapshot(`
    {
      "cut": 0,
      "left": 0,
      "lines": [
        "Count = 2",
        "Empty = {}",
        "Ids (4) = "a", "b", "c", "d"",
        "Name = "web"",
        "None = []",
        "Nothing = null",
        "Public = true",
        "Ranges.0: Cidr = "0.0.0.0/0", Description = "all"",
        "Ranges.1.Cidr = "10.0.0.0/8"",
        "Ranges.1.Deep.a = 1",
        "When = 2026-01-02T03:04:05.000Z",
      ],
    }
  `)
})

test('JSON in a text is shown as what it says', () => {
  const policy = {
    Statement: [{ Effect: 'Allow', Principal: '*', Action: ['s3:*'], Condition: { a: { b: 'c' } } }],
  }
  expect(planLines({ Policy: JSON.stringify(policy, undefined, 2) }).lines).toMatchInlineSnapshot(`
    [
      "Policy (JSON).Statement.0.Action = "s3:*"",
      "Policy (JSON).Statement.0.Condition.a.b = "c"",
      "Policy (JSON).Statement.0.Effect = "Allow"",
      "Policy (JSON).Statement.0.Principal = "*"",
    ]
  `)
})

test.for([
  ['said twice', '{"Principal":"*","Principal":"me"}'],
  ['spelled otherwise', '{"Princip\\u0061l":"*"}'],
  ['no JSON', '{"Principal":'],
])('JSON that is %s is shown as the text that it is', ([, text]) => {
  expect(planLines({ Policy: text }).lines).toEqual([`Policy = ${JSON.stringify(text)}`])
})

test('no secret is shown, wherever it is', () => {
  const { lines } = planLines({
    MasterUserPassword: 'hunter2',
    UserData: { Value: 'hunter2' },
    Environment: { Variables: { API_KEY: 'hunter2' } },
    Tags: [{ Key: 'password', Value: 'hunter2' }],
    Body: '{"db":{"password":"hunter2"}}',
    SecretString: '{"any":"hunter2"}',
  })
  expect(lines).toHaveLength(6)
  expect(lines.join('\n')).not.toContain('hunter2')
})

test('of many values those that open something are shown, and the others are counted', () => {
  const value: Record<string, unknown> = { Zone: { CidrIp: '0.0.0.0/0' }, Zzz: { PubliclyAccessible: true } }
  for (let n = 0; n < 10_000; n++) value[`Filler${n}`] = `text ${n}`
  const { lines, left, cut } = planLines({ ...value, Tags: [{ Key: 'a', Value: 'true' }] })
  expect(lines).toHaveLength(40)
  expect(lines).toContain('Zone.CidrIp = "0.0.0.0/0"')
  expect(lines).toContain('Zzz.PubliclyAccessible = true')
  expect([left, cut]).toEqual([10_002 + 2 - 40, 0])
})

test('long lists and texts are counted, and the whole has a bound', () => {
  const Ids = Array.from({ length: 500 }, (_, n) => `i-${n}`)
  const found = planLines({ Ids, Text: 'x'.repeat(5_000) })
  expect(found).toMatchInlineSnapshot(`
    {
      "cut": 1,
      "left": 462,
      "lines": [
        "Ids (500) = "i-0", "i-1", "i-2", "i-3", "i-4", "i-5", "i-6", "i-7", "i-8", "i-9", "i-10", "i-11", "i-12", "i-13", "i-14", "i-15", "i-16", "i-17", "i-18", "i-19", "i-20", "i-21", "i-22", "i-23", "i-24", "i-25", "i-26", "i-27", "i-28", "i-29", "i-30", "i-31", "i-32", "i-33", "i-34", "i-35", "i-36", "i-37", … and 462 more",
        "Text = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"… (5000 characters)",
      ],
    }
  `)
  const long = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`Name${n}`, '\u200b'.repeat(2_000)]))
  const { lines, left, cut } = planLines(long)
  expect(lines.join('\n').length).toBeLessThanOrEqual(3_000)
  expect([lines.length + left, cut]).toEqual([60, lines.length])
})

test('no depth is a fault of ours', () => {
  const deep = Array.from({ length: 3_000 }).reduce<unknown>(
    (inner) => ({ [`a${'b'.repeat(60)}`]: inner }),
    1,
  )
  const { lines } = planLines(deep)
  expect(lines).toHaveLength(1)
  expect(lines[0]?.length).toBeLessThan(300)
})
