import type { AnyTool } from '@gateway/domain'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { mcpLine, modern } from '../testing/mcp-line.ts'
import { sampleOffer } from '../testing/sample-offer.ts'
import { sampleTools } from '../testing/sample-tools.ts'
import { createParamHeaderCheck } from './param-headers.ts'

const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`

const tool = {
  ...sampleTools[1],
  input: z.strictObject({
    text: z.string().optional().meta({ 'x-mcp-header': 'Text' }),
    count: z.number().optional().meta({ 'x-mcp-header': 'COUNT' }),
    flag: z.boolean().optional().meta({ 'x-mcp-header': 'flag' }),
    plain: z.string().optional(),
  }),
} as AnyTool

const check = (args: unknown, headers: Record<string, string>) =>
  createParamHeaderCheck()(tool, args, (name) => headers[name])

test.for<[string, unknown, Record<string, string>]>([
  ['nothing at all', {}, {}],
  ['no arguments', undefined, {}],
  ['arguments that are a list', [], {}],
  ['text', { text: 'eu west' }, { 'mcp-param-text': ' eu west\t' }],
  ['text in base64', { text: ' ü\n' }, { 'mcp-param-text': base64(' ü\n') }],
  ['empty text', { text: '' }, { 'mcp-param-text': '' }],
  ['a number', { count: 7 }, { 'mcp-param-count': '7' }],
  ['a number spelled otherwise', { count: 7 }, { 'mcp-param-count': '7.0' }],
  ['a negative number', { count: -7.5 }, { 'mcp-param-count': '-7.5' }],
  ['zero', { count: 0 }, { 'mcp-param-count': '0' }],
  ['a boolean', { flag: false }, { 'mcp-param-flag': 'false' }],
  ['null', { flag: null, text: undefined }, {}],
  ['a parameter that is not mirrored', { plain: 'x' }, { 'mcp-param-plain': 'y' }],
])('%s agrees', ([, args, headers]) => {
  expect(check(args, headers)).toBeUndefined()
})

test.for<[string, string, unknown, Record<string, string>]>([
  ['a missing header', 'text', { text: 'x' }, {}],
  ['a missing header of empty text', 'text', { text: '' }, {}],
  ['a missing argument', 'text', {}, { 'mcp-param-text': 'x' }],
  ['a header beside null', 'flag', { flag: null }, { 'mcp-param-flag': 'true' }],
  ['other text', 'text', { text: 'x' }, { 'mcp-param-text': 'X' }],
  ['broken base64', 'text', { text: 'a' }, { 'mcp-param-text': '=?base64?YQ?=' }],
  ['another number', 'count', { count: 7 }, { 'mcp-param-count': '8' }],
  ['a number in hexadecimal', 'count', { count: 16 }, { 'mcp-param-count': '0x10' }],
  ['no number', 'count', { count: 0 }, { 'mcp-param-count': '' }],
  ['spaces for zero', 'count', { count: 0 }, { 'mcp-param-count': base64('  ') }],
  ['an infinite number', 'count', { count: Number.POSITIVE_INFINITY }, { 'mcp-param-count': 'Infinity' }],
  ['another boolean', 'flag', { flag: true }, { 'mcp-param-flag': '1' }],
  ['a boolean in capitals', 'flag', { flag: true }, { 'mcp-param-flag': 'True' }],
  ['an object', 'text', { text: {} }, { 'mcp-param-text': '[object Object]' }],
  ['a list', 'text', { text: ['x'] }, { 'mcp-param-text': 'x' }],
])('%s is found', ([, name, args, headers]) => {
  expect(check(args, headers)).toBe(name)
})

test('a mismatch is refused before the tool is called, in the words of the catalogue', async () => {
  const line = mcpLine({ offer: sampleOffer })
  const { body, headers } = modern('tools/call', { name: 'aws_ec2_run_job', arguments: { size: 7 } })
  for (const sent of [headers, { ...headers, 'mcp-param-size': '8' }]) {
    const answer = await line.post(body, sent)
    expect([answer.status, answer.json.error.code, answer.refusals.length]).toEqual([400, -32020, 1])
    expect(answer.json.error.message).toContain('size')
  }
  expect(line.calls).toEqual([])
  await line.post(body, { ...headers, 'mcp-param-size': '7' })
  expect(line.calls).toHaveLength(1)
})
