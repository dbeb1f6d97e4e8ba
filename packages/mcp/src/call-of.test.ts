import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { serveStdio } from './connections/stdio.ts'
import { grantOfCaller } from './testing/grants.ts'
import { envelope, initialize, mcpLine, modern, request } from './testing/mcp-line.ts'
import { callerWith, testConnection } from './testing/test-connection.ts'

const ofProxy = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
const ofMessage = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-00`
const call = { name: 'aws_ec2_list_things' }

test('a call brings the user agent and the trace of its request, in both eras', async () => {
  const line = mcpLine()
  const said = { 'user-agent': 'editor/1.0 (linux)', traceparent: ofProxy }
  const { body, headers } = modern('tools/call', call)
  await line.post(body, { ...headers, ...said })
  await line.post(request('tools/call', call), said)
  for (const each of line.calls)
    expect(each).toMatchObject({ userAgent: 'editor/1.0 (linux)', traceparent: ofProxy })
  expect(line.calls.length).toBe(2)
})

test('SEP-414: the trace of the message goes before that of the request around it, where it is one', async () => {
  const line = mcpLine()
  for (const traceparent of [ofMessage, ofMessage.toUpperCase(), 7, undefined]) {
    const params = { ...call, _meta: { traceparent } }
    const { body, headers } = modern('tools/call', params)
    await line.post(body, { ...headers, traceparent: ofProxy })
    await line.post(request('tools/call', params), { traceparent: ofProxy })
  }
  expect(line.calls.map(({ traceparent }) => traceparent)).toEqual([
    ...[ofMessage, ofMessage],
    ...Array(6).fill(ofProxy),
  ])
})

test('a client is what its session or its message says', async () => {
  const line = mcpLine()
  const session = await line.open()
  await line.post(request('tools/call', call), session)
  // One that cannot be answered on a stream says no less.
  await line.post(request('tools/call', call), { ...session, accept: 'application/json' })
  await line.post(request('tools/call', call))
  const { body, headers } = modern('tools/call', {
    ...call,
    _meta: { 'io.modelcontextprotocol/clientInfo': { name: 'robot', version: '2' } },
  })
  await line.post(body, headers)
  expect(line.calls.map(({ clientInfo }) => clientInfo)).toEqual([
    { name: 'editor', version: '1.0.0' },
    { name: 'editor', version: '1.0.0' },
    undefined,
    { name: 'robot', version: '2' },
  ])
})

test('what a client says of itself is bounded, on one line, and no secret', async () => {
  const line = mcpLine()
  const nasty = `a\r\nb\u001b[2J\u202e ${'x'.repeat(1000)}`
  const secret = `agent eyJhbGciOiJI.eyJzdWIiOiJh.${'s'.repeat(20)}`
  for (const text of [nasty, secret]) {
    const clientInfo = { name: text, version: text }
    const { body, headers } = modern('tools/call', {
      ...call,
      _meta: { 'io.modelcontextprotocol/clientInfo': clientInfo },
    })
    await line.post(body, { ...headers, 'user-agent': text })
  }
  const [bounded, scrubbed] = line.calls
  expect(bounded?.userAgent).toMatch(/^a b \[2J {2}x+$/)
  expect(bounded?.userAgent?.length).toBeLessThanOrEqual(256)
  expect(bounded?.clientInfo?.name.length).toBeLessThanOrEqual(128)
  expect(bounded?.clientInfo?.version).toBe(bounded?.clientInfo?.name)
  expect(scrubbed).toMatchObject({
    userAgent: 'agent [redacted]',
    clientInfo: { name: 'agent [redacted]', version: 'agent [redacted]' },
  })
})

test('a connection of its own: the client of initialize, the trace of each message', async () => {
  const line = mcpLine()
  const connection = testConnection(line.server)
  const by = { ...callerWith(), userAgent: 'socket/1' }
  await connection.ask(request('initialize', initialize(), 0), by)
  await connection.ask(request('tools/call', { ...call, _meta: { traceparent: ofMessage } }, 1), by)
  expect(line.calls.at(-1)).toMatchObject({
    userAgent: 'socket/1',
    traceparent: ofMessage,
    clientInfo: { name: 'editor', version: '1.0.0' },
  })
})

test('stdio: the client and the trace of each message', async () => {
  const line = mcpLine()
  const [input, output] = [new PassThrough(), new PassThrough()]
  const log = { info() {}, error() {} }
  const served = serveStdio(line.server, { grant: grantOfCaller(), input, output, log })
  const params = { ...call, _meta: { ...envelope(), traceparent: ofMessage } }
  input.end(`${JSON.stringify(request('tools/call', params))}\n`)
  await served
  expect(line.calls).toEqual([
    expect.objectContaining({ traceparent: ofMessage, clientInfo: { name: 'editor', version: '1.0.0' } }),
  ])
  expect(line.calls[0]).not.toHaveProperty('userAgent')
})
