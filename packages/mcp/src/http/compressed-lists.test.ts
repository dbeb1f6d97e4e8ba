import { offerOf } from '@gateway/domain'
import { expect, test } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { type Headers, mcpLine, modern, request } from '../testing/mcp-line.ts'
import { sampleTools } from '../testing/sample-tools.ts'

const [sample] = sampleTools
const many = Array.from(
  { length: 60 },
  (_, n) => ({ ...sample, name: `aws_ec2_tool_${n}`, access: 'read' }) as const,
)
const gzip: Headers = { 'accept-encoding': 'gzip, deflate, br' }

const line = (tools = many) => mcpLine({ offer: offerOf({ tools: tools as never }) })

const list = (under: ReturnType<typeof mcpLine>, id: unknown, headers = gzip, grant = grantOfCaller()) =>
  under.post(request('tools/list', {}, id), headers, grant)

test('a long list is compressed for who takes gzip, and is the same list', async () => {
  const under = line()
  const [plain, small] = [await list(under, 1, {}), await list(under, 1)]
  expect(plain.headers).not.toHaveProperty('content-encoding')
  expect(small.headers).toMatchObject({
    'content-encoding': 'gzip',
    vary: 'Authorization, Origin, Accept-Encoding',
  })
  expect(small.body).toBe(plain.body)
  expect(small.sent.length * 10).toBeLessThan(plain.sent.length)
  const { body, headers } = modern('tools/list', {}, 'm')
  const inModern = await under.post(body, { ...headers, ...gzip })
  expect(inModern.headers['content-encoding']).toBe('gzip')
  expect(inModern.json).toMatchObject({ id: 'm', result: { resultType: 'complete' } })
  expect(inModern.json.result.tools).toHaveLength(60)
})

test('each request gets its own id back, and the same question the same bytes', async () => {
  const under = line()
  const [one, text, again] = [await list(under, 1), await list(under, '1'), await list(under, 1)]
  expect([JSON.parse(one.body).id, JSON.parse(text.body).id]).toEqual([1, '1'])
  expect(again.sent).toBe(one.sent)
  for (let id = 100; id < 200; id++) await list(under, id)
  expect((await list(under, 1)).sent).not.toBe(one.sent)
  expect((await list(under, 1)).body).toBe(one.body)
})

test("a caller never gets another's list", async () => {
  const under = line([...many, { ...many[0], name: 'aws_ec2_write', access: 'write' } as never])
  const reader = await list(under, 1)
  const writer = await list(under, 1, gzip, grantOfCaller({ scopes: ['aws:read', 'aws:write'] }))
  const other = await list(under, 1, gzip, grantOfCaller({ tenantId: 'globex' }))
  expect(reader.body).not.toContain('aws_ec2_write')
  expect(writer.body).toContain('aws_ec2_write')
  expect(other.body).toContain('globex-one')
  expect(reader.body).toContain('acme-one')
})

test.for([['identity'], ['br'], ['gzip;q=0'], ['gzip; q=0.0, br'], ['xgzip']])(
  '%s is not gzip',
  async ([encoding]) => {
    const answer = await list(line(), 1, { 'accept-encoding': encoding ?? '' })
    expect(answer.headers).not.toHaveProperty('content-encoding')
  },
)

test('a short list is sent as it is', async () => {
  expect((await list(line(many.slice(0, 2)), 1)).headers).not.toHaveProperty('content-encoding')
})
