import { expect, test } from 'vitest'
import { callOf, echoed, inSession, listenOf, listOf } from './requests.ts'

test('a call is worded as clients of its era do', () => {
  const legacy = inSession(callOf('legacy', 'some_tool'), 'some-session')
  expect(legacy.headers).toEqual({ 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': 'some-session' })
  expect(JSON.parse(legacy.body).params).toEqual({ name: 'some_tool', arguments: {} })

  const modern = callOf('modern', 'some_tool', { id: 3, progress: true })
  expect(modern.headers).toEqual({
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': 'some_tool',
  })
  const { id, params } = JSON.parse(modern.body)
  expect(id).toBe(3)
  expect(params._meta).toMatchObject({
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    progressToken: 'p',
  })
})

test('errors, refusals and results without the wanted progress are no answers', () => {
  const call = callOf('legacy', 'some_tool')
  expect(call.answers('{"result":{"content":[]}}')).toBe(true)
  expect(call.answers('{"error":{"code":-32602}}')).toBe(false)
  expect(call.answers('{"result":{"isError":true}}')).toBe(false)
  const withProgress = callOf('legacy', 'some_tool', { progress: true })
  expect(withProgress.answers('{"result":{"content":[]}}')).toBe(false)
  expect(withProgress.answers('{"method":"notifications/progress"}\n{"result":{}}')).toBe(true)
  expect(listOf('modern').answers('{"result":{"tools":[]}}')).toBe(true)
  expect(echoed(call).answers(call.body)).toBe(true)
  expect(echoed(call).answers('{"result":{}}')).toBe(false)
  expect(listenOf(1).answers('{"error":{}}')).toBe(false)
})
