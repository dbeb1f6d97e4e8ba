import { expect, test } from 'vitest'
import type { AuditLog } from './audit.ts'
import { GatewayError } from './errors.ts'
import { getPrompt } from './get-prompt.ts'
import { type InputNeeded, needInput } from './interaction.ts'
import { callLine, refusalOf } from './testing/call-line.ts'
import { prompt } from './testing/sample-offer.ts'
import { listThings, toolThat } from './testing/sample-tools.ts'

const asked = needInput({ who: { method: 'elicitation/create', params: { message: 'Who?' } } }, { step: 1 })

const failing = (times: number): AuditLog => {
  let left = times
  return {
    async append() {
      if (left-- > 0) throw new Error('the disk is full')
    },
  }
}

test('a tool that asks is audited as allowed so far, with what it sent by then', async () => {
  const line = callLine({
    tools: [
      toolThat(async (context) => {
        await context.aws('ec2', 'DescribeThings', {})
        return asked
      }),
    ],
  })
  expect(await line.ask()).toBe(asked)
  expect(line.events).toMatchObject([
    {
      event: 'tool.call',
      outcome: 'allow',
      reason_code: 'input_required',
      aws: { actions: ['ec2:DescribeThings'] },
    },
  ])
  expect(line.logged).toMatchObject([{ level: 'info', fields: { tool: listThings.name, outcome: 'asked' } }])
})

test('a handler sees what its client is and said, and tells it through the same', async () => {
  const told: unknown[] = []
  const interaction = {
    capabilities: { roots: {} },
    answers: { a: { b: 1 } },
    state: 7,
    progress: (...of: unknown[]) => void told.push(of),
    log: (...of: unknown[]) => void told.push(of),
    closeStream: () => void told.push('closed'),
  }
  const line = callLine({
    tools: [
      toolThat(async ({ capabilities, answers, state, progress, log, closeStream, changed }) => {
        progress(1, 2, 'half')
        log('info', 'x')
        closeStream()
        await changed({ kind: 'resource', uri: 'x://a' })
        return { data: { things: [{ name: JSON.stringify([capabilities, answers, state]) }] } }
      }),
    ],
  })
  expect((await line.run({ interaction })).text).toContain('[{"roots":{}},{"a":{"b":1}},7]')
  expect(told).toEqual([[1, 2, 'half'], ['info', 'x'], 'closed'])
  expect(line.changes).toEqual([{ tenantId: 'acme', change: { kind: 'resource', uri: 'x://a' } }])
})

test('a question is not asked where it cannot be audited', async () => {
  const ask = (times: number): Promise<InputNeeded | object> => {
    const line = callLine({ tools: [toolThat(async () => asked)], audit: failing(times) })
    return line.ask()
  }
  await expect(ask(2)).rejects.toMatchObject({ code: 'unavailable' })
  await expect(ask(1)).rejects.toMatchObject({ code: 'unavailable', audited: true })
})

test('a refusal that cannot be audited is for the edge to audit', async () => {
  const line = callLine({ prompts: [prompt({})], audit: failing(9) })
  await expect(
    getPrompt(line.dependencies, { ...line.base, prompt: 'none', args: {} }),
  ).rejects.toMatchObject({
    code: 'unavailable',
    audited: false,
  })
})

test('a call begins once nothing stands against it, and what refuses to begin refuses the call', async () => {
  let begun = 0
  const begin = async () => void begun++
  const limiter = { take: async () => ({ allowed: false, scope: 'user', retryAfterSeconds: 1 }) as const }
  await callLine({ limiter }).run({ begin })
  await callLine().run({ begin, args: { filter: 7 } })
  await callLine().run({ begin, args: { region: 'mars-1' } })
  expect(begun).toBe(0)
  await callLine().run({ begin })
  expect(begun).toBe(1)

  const line = callLine()
  const full = async () => {
    throw new GatewayError('rate_limited', 'Too many.')
  }
  expect(refusalOf(await line.run({ begin: full })).code).toBe('rate_limited')
  expect([line.sent.length, line.events.map((event) => event.outcome)]).toEqual([0, ['deny']])
})
