import { expect, test } from 'vitest'
import { type Headers, mcpLine, modern, modernVersion } from '../testing/mcp-line.ts'

const name = 'aws_ec2_list_things'
const base64 = (text: string | Buffer) => `=?base64?${Buffer.from(text).toString('base64')}?=`

/** What comes of a call whose headers are changed; undefined takes one out. */
const called = async (
  changes: Record<string, string | undefined>,
  params: Record<string, unknown> = { name },
) => {
  const line = mcpLine()
  const { body, headers } = modern('tools/call', params)
  const sent = Object.entries({ ...headers, ...changes }).filter(([, value]) => value !== undefined)
  const answer = await line.post(body, Object.fromEntries(sent) as Headers)
  return { answer, tools: line.calls.map(({ tool }) => tool) }
}

test.for<[string, Record<string, string>]>([
  ['as they are', {}],
  ['with spaces around them', { 'mcp-name': ` ${name}\t`, 'mcp-method': ' tools/call ' }],
  ['with a name in base64', { 'mcp-name': base64(name) }],
])('mirror headers pass %s', async ([, changes]) => {
  expect(await called(changes)).toMatchObject({ answer: { status: 200 }, tools: [name] })
})

test('a name that no header can carry passes in base64', async () => {
  for (const named of ['Größe ☃', ' padded ', '', base64('x'), 'a'.repeat(2000), 'line\nbreak']) {
    expect((await called({ 'mcp-name': base64(named) }, { name: named })).tools).toEqual([named])
  }
})

test.for<[string, Record<string, string | undefined>]>([
  ['no version', { 'mcp-protocol-version': undefined }],
  ['another version', { 'mcp-protocol-version': '2025-11-25' }],
  ['a later version', { 'mcp-protocol-version': '2099-01-01' }],
  ['two versions in one', { 'mcp-protocol-version': `${modernVersion}, ${modernVersion}` }],
  ['no method', { 'mcp-method': undefined }],
  ['an empty method', { 'mcp-method': '' }],
  ['another method', { 'mcp-method': 'tools/list' }],
  ['the method in other letters', { 'mcp-method': 'Tools/Call' }],
  ['the method in base64', { 'mcp-method': base64('tools/call') }],
  ['no name', { 'mcp-name': undefined }],
  ['an empty name', { 'mcp-name': '' }],
  ['another name', { 'mcp-name': 'aws_ec2_remove_thing' }],
  ['the name in other letters', { 'mcp-name': name.toUpperCase() }],
  ['another name in base64', { 'mcp-name': base64('aws_ec2_remove_thing') }],
  ['base64 without its end', { 'mcp-name': base64(name).slice(0, -2) }],
  ['base64 without padding', { 'mcp-name': '=?base64?YQ?=' }],
  ['base64 with a wrong letter', { 'mcp-name': '=?base64?Y*==?=' }],
  ['base64url', { 'mcp-name': '=?base64?_w==?=' }],
  ['base64 with leftover bits', { 'mcp-name': '=?base64?YR==?=' }],
  ['base64 of what is no UTF-8', { 'mcp-name': base64(Buffer.from([0xff])) }],
  ['something after base64', { 'mcp-name': `${base64(name)}x` }],
  ['two names in one', { 'mcp-name': `${name}, ${name}` }],
])('%s is a mismatch, and nothing is called', async ([, changes]) => {
  const { answer, tools } = await called(changes)
  expect([answer.status, answer.json.id, answer.json.error.code]).toEqual([400, 1, -32020])
  expect(answer.refusals[0]?.code).toBe(-32020)
  expect(tools).toEqual([])
})

test('base64 of one letter with leftover bits is not that letter', async () => {
  // Both decode to "a"; only the first is how "a" is written.
  expect((await called({ 'mcp-name': '=?base64?YQ==?=' }, { name: 'a' })).tools).toEqual(['a'])
  expect((await called({ 'mcp-name': '=?base64?YR==?=' }, { name: 'a' })).tools).toEqual([])
})

test('other methods need no name', async () => {
  const { body, headers } = modern('tools/list')
  const line = mcpLine()
  expect((await line.post(body, headers)).status).toBe(200)
  const { 'mcp-method': _, ...without } = headers
  expect((await line.post(body, without)).json.error.code).toBe(-32020)
})
