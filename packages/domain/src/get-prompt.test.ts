import { expect, test } from 'vitest'
import { getPrompt } from './get-prompt.ts'
import { needInput } from './interaction.ts'
import type { Prompt } from './prompt.ts'
import { callLine } from './testing/call-line.ts'
import { prompt } from './testing/sample-offer.ts'
import { grantIn } from './testing/tenants.ts'
import type { PromptGet } from './tool-call.ts'

const lineOf = (...prompts: readonly Prompt[]) => {
  const line = callLine({ prompts })
  const get = (call: Partial<PromptGet> = {}) =>
    getPrompt(line.dependencies, { ...line.base, prompt: 'review', args: { what: 'this' }, ...call })
  return { ...line, get }
}

test('a prompt is filled in, counted, and audited by its name alone', async () => {
  const line = lineOf(prompt({}))
  expect(await line.get({ args: { what: 'secret plan', more: 'x' } })).toEqual({
    description: 'Asks for a review.',
    messages: [{ role: 'user', content: { type: 'text', text: '{"what":"secret plan","more":"x"}' } }],
  })
  expect(line.limits).toHaveLength(1)
  expect(line.events).toMatchObject([
    { event: 'prompt.get', outcome: 'allow', mcp: { method: 'prompts/get', prompt: 'review' } },
  ])
  expect(line.events[0]).not.toHaveProperty('aws')
  expect(JSON.stringify([line.events, line.logged])).not.toContain('secret plan')
})

test.for([{}, { how: 'x' }, { what: '' }])(
  'the arguments %j are too few, and it says which',
  async (args) => {
    const line = lineOf(prompt({}))
    await expect(line.get({ args })).rejects.toMatchObject({
      code: 'invalid_arguments',
      details: { issues: ['what: is needed (what to review)'] },
      audited: true,
    })
    expect(line.events).toMatchObject([
      { event: 'prompt.get', outcome: 'deny', reason_code: 'invalid_arguments' },
    ])
  },
)

test.for(['nothing', '__proto__', 'constructor', ''])(
  'there is no prompt %j, and its name is in no audit event',
  async (name) => {
    const line = lineOf(prompt({}))
    await expect(line.get({ prompt: name })).rejects.toMatchObject({ code: 'unknown_prompt', audited: true })
    expect(line.events).toMatchObject([
      { event: 'prompt.get', outcome: 'deny', reason_code: 'unknown_prompt' },
    ])
    expect(line.events[0]?.mcp).toEqual({ era: 'modern', method: 'prompts/get' })
  },
)

test('prompts are for those who may read, in a tenant that is active', async () => {
  const line = lineOf(prompt({}))
  await expect(line.get({ grant: grantIn('acme', { scopes: [] }) })).rejects.toMatchObject({
    code: 'insufficient_scope',
  })
  const suspended = grantIn('acme', { tenant: { status: 'suspended' } })
  await expect(line.get({ grant: suspended })).rejects.toMatchObject({ code: 'tenant_suspended' })
  expect(line.events).toHaveLength(2)
})

test('a prompt asks AWS nothing', async () => {
  const line = lineOf(
    prompt({
      async get({ aws }) {
        await aws('ec2', 'DescribeThings', {})
        return { messages: [] }
      },
    }),
  )
  await expect(line.get()).rejects.toMatchObject({ code: 'internal' })
  expect(line.sent).toEqual([])
})

test('a prompt may ask first, and is audited for each round', async () => {
  const asked = needInput({ who: { method: 'roots/list', params: {} } }, 7)
  const line = lineOf(prompt({ get: async ({ state }) => (state === 7 ? { messages: [] } : asked) }))
  expect(await line.get()).toBe(asked)
  expect(await line.get({ interaction: { ...line.base.interaction, state: 7 } })).toMatchObject({
    messages: [],
  })
  expect(line.events.map(({ reason_code }) => reason_code)).toEqual(['input_required', undefined])
})
