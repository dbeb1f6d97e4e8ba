import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { grantOfCaller } from './testing/grants.ts'
import { mcpLine, modern, request } from './testing/mcp-line.ts'
import { sampleOffer } from './testing/sample-offer.ts'

const line = (options: Parameters<typeof mcpLine>[0] = {}) => mcpLine({ offer: sampleOffer, ...options })

/** The answers of both eras. */
const both = async (
  of: ReturnType<typeof mcpLine>,
  method: string,
  params: Record<string, unknown>,
  grant = grantOfCaller(),
) => {
  const { body, headers } = modern(method, params)
  return [await of.post(request(method, params), {}, grant), await of.post(body, headers, grant)] as const
}

const listed = async (method: string, name: string, grant = grantOfCaller()) => {
  const [legacy, now] = await both(line(), method, {}, grant)
  expect(now.json.result[name]).toEqual(legacy.json.result[name])
  return legacy.json.result[name] as { uri?: string; uriTemplate?: string; name?: string }[]
}

test('resources, templates and prompts are listed in a stable order, as far as the caller may use them', async () => {
  expect((await listed('resources/list', 'resources')).map(({ uri }) => uri)).toEqual([
    'test://blob',
    'test://text',
  ])
  expect(
    (await listed('resources/templates/list', 'resourceTemplates')).map(({ uriTemplate }) => uriTemplate),
  ).toEqual(['test://items/{item}'])
  expect((await listed('prompts/list', 'prompts')).map(({ name }) => name)).toEqual(['greeting', 'review'])
  const writer = grantOfCaller({ scopes: ['aws:read', 'aws:write'] })
  expect(await listed('resources/templates/list', 'resourceTemplates', writer)).toHaveLength(2)
  const nobody = grantOfCaller({ scopes: [] })
  expect(await listed('resources/list', 'resources', nobody)).toEqual([])
  expect(await listed('prompts/list', 'prompts', nobody)).toEqual([])
})

test('a list that is longer than a page is read page by page', async () => {
  const of = line({ with: { pageSize: 2 } })
  const writer = grantOfCaller({ scopes: ['aws:read', 'aws:write'] })
  const names: unknown[] = []
  let cursor: unknown
  let pages = 0
  do {
    const [legacy, now] = await both(of, 'tools/list', cursor === undefined ? {} : { cursor }, writer)
    expect(now.json.result.tools).toEqual(legacy.json.result.tools)
    names.push(...(legacy.json.result.tools as { name: string }[]).map(({ name }) => name))
    cursor = legacy.json.result.nextCursor
    pages++
  } while (cursor !== undefined)
  expect([pages, names]).toEqual([3, [...sampleOffer.tools.keys()]])
})

test('a cursor works for its own caller, list and grant only', async () => {
  const of = line({ with: { pageSize: 1 } })
  const first = (await of.post(request('prompts/list'))).json.result
  const cursor = String(first.nextCursor)
  const refused = async (method: string, given: unknown, grant = grantOfCaller()) => {
    for (const { json } of await both(of, method, { cursor: given }, grant))
      expect(json.error.code).toBe(-32602)
  }
  expect((await of.post(request('prompts/list', { cursor }))).json.result.prompts).toHaveLength(1)
  await refused('tools/list', cursor)
  await refused('resources/list', cursor)
  await refused('prompts/list', cursor, grantOfCaller({ subject: 'bob' }))
  await refused('prompts/list', cursor, grantOfCaller({ tenantId: 'globex' }))
  await refused('prompts/list', cursor, grantOfCaller({ scopes: ['aws:read', 'aws:write'] }))
  for (const wrong of [`${cursor}x`, `x${cursor}`, '', '1', '.', '..', 7, null, {}])
    await refused('prompts/list', wrong)
})

test('unknown resources have the code of their era, and the URI that was asked for', async () => {
  const [legacy, now] = await both(line(), 'resources/read', { uri: 'test://nothing' })
  expect(legacy.json.error).toMatchObject({
    code: -32002,
    data: { code: 'unknown_resource', uri: 'test://nothing' },
  })
  expect(now.json.error).toMatchObject({
    code: -32602,
    data: { code: 'unknown_resource', uri: 'test://nothing' },
  })
})

test('refusals of resources and prompts are errors with what a client can act on, audited by the line or by the edge', async () => {
  for (const audited of [true, false]) {
    const refuse = async (): Promise<never> => {
      const details = { retryAfterSeconds: 7, issues: ['what: is needed'] }
      throw Object.assign(new GatewayError('rate_limited', 'Slow down.', { details }), { audited })
    }
    const of = line({ readResource: refuse, getPrompt: refuse })
    for (const answer of [
      ...(await both(of, 'resources/read', { uri: 'test://text' })),
      ...(await both(of, 'prompts/get', { name: 'review' })),
    ]) {
      expect(answer.json.error).toMatchObject({
        code: -32000,
        message: 'Slow down.',
        data: { code: 'rate_limited', retry_after_s: 7, issues: ['what: is needed'] },
      })
      expect(answer.refusals).toHaveLength(audited ? 0 : 1)
    }
  }
})

test.for<[string, Record<string, unknown>]>([
  ['resources/read', {}],
  ['resources/read', { uri: 7 }],
  ['prompts/get', {}],
  ['prompts/get', { name: 7 }],
  ['prompts/get', { name: 'review', arguments: [] }],
  ['prompts/get', { name: 'review', arguments: { what: 7 } }],
  ['prompts/get', { name: 'review', arguments: { what: null } }],
  ['completion/complete', {}],
  ['completion/complete', { ref: {}, argument: {} }],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'review' }, argument: { name: 'what', value: 7 } },
  ],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'nothing' }, argument: { name: 'what', value: '' } },
  ],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'review' }, argument: { name: 'constructor', value: '' } },
  ],
  [
    'completion/complete',
    { ref: { type: 'ref/tool', name: 'review' }, argument: { name: 'what', value: '' } },
  ],
  [
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'test://nothing' }, argument: { name: 'item', value: '' } },
  ],
  [
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'test://change/{item}' }, argument: { name: 'item', value: '' } },
  ],
  [
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'test://items/{item}' }, argument: { name: '__proto__', value: '' } },
  ],
])('%s with %j is wrong in both eras', async ([method, params]) => {
  for (const { status, json } of await both(line(), method, params)) {
    expect([status, json.error.code]).toEqual([200, -32602])
  }
})

test('prompts are for those who may read, also where values are suggested', async () => {
  const params = { ref: { type: 'ref/prompt', name: 'review' }, argument: { name: 'what', value: '' } }
  for (const { json } of await both(line(), 'completion/complete', params, grantOfCaller({ scopes: [] }))) {
    expect(json.error.code).toBe(-32602)
  }
})

test('values are suggested, at most a hundred of them', async () => {
  const complete = async (ref: object, name: string, value: string) => {
    const [legacy, now] = await both(line(), 'completion/complete', { ref, argument: { name, value } })
    expect(now.json.result.completion).toEqual(legacy.json.result.completion)
    return legacy.json.result.completion as { values: string[]; total: number; hasMore: boolean }
  }
  const prompt = { type: 'ref/prompt', name: 'review' }
  const many = await complete(prompt, 'what', 'x')
  expect([many.values.length, many.values[0], many.total, many.hasMore]).toEqual([100, 'x0', 150, true])
  expect(await complete(prompt, 'how', 'x')).toEqual({ values: [], total: 0, hasMore: false })
  const template = { type: 'ref/resource', uri: 'test://items/{item}' }
  expect(await complete(template, 'item', 'ap')).toEqual({
    values: ['apple', 'apricot'],
    total: 2,
    hasMore: false,
  })
})

test('arguments of prompts come whole, whatever their names', async () => {
  const of = line({ getPrompt: async ({ args }) => ({ description: JSON.stringify(args), messages: [] }) })
  const args = JSON.parse('{"constructor":"a","__proto__":"b","toString":"c"}')
  for (const { json } of await both(of, 'prompts/get', { name: 'review', arguments: args })) {
    expect(json.result.description).toBe(JSON.stringify(args))
  }
})

test('progress goes to who asked for it, under its token and without a message before 2025-03-26', async () => {
  const progress = async (version: string, token: unknown) => {
    const of = line({
      async callTool({ interaction }) {
        interaction.progress(1, 2, 'half')
        return { text: '', structured: {}, isError: false }
      },
    })
    const { sink, answer } = of.stream(
      request('tools/call', { name: 'x', _meta: { progressToken: token } }),
      await of.open(version),
    )
    await answer
    return sink.messages()[0]?.params
  }
  expect(await progress('2025-11-25', 7)).toEqual({
    progressToken: 7,
    progress: 1,
    total: 2,
    message: 'half',
  })
  expect(await progress('2024-11-05', 't')).toEqual({ progressToken: 't', progress: 1, total: 2 })
  for (const token of [undefined, null, 1.5, {}, [], true, 'x'.repeat(257)]) {
    expect(await progress('2025-11-25', token)).toBeUndefined()
  }
})
