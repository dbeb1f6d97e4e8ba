import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Harness, startHarness } from './testing/harness.ts'
import { rawRequest } from './testing/raw-request.ts'
import { refusalOf } from './testing/refusal.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness([])
})
afterAll(() => harness[Symbol.asyncDispose]())

const document = '/.well-known/oauth-authorization-server'
const host = () => `Host: ${new URL(harness.issuer).host}`
const chunked = '0\r\n\r\n'
const behind = () => `GET ${document} HTTP/1.1\r\n${host()}\r\n\r\n`

describe('D01, D02, D09, D33 what proxies read otherwise', () => {
  test.each<[string, string, readonly string[], number]>([
    ['TE gzip, chunked', `GET ${document} HTTP/1.1`, ['Transfer-Encoding: gzip, chunked'], 400],
    [
      'TE twice',
      `GET ${document} HTTP/1.1`,
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
      400,
    ],
    ['TE in HTTP/1.0', `GET ${document} HTTP/1.0`, ['Transfer-Encoding: chunked'], 400],
    ['HTTP/1.2', `GET ${document} HTTP/1.2`, [], 400],
    ['the absolute form', `GET http://evil.example${document} HTTP/1.1`, [], 400],
    ['101 headers', `GET ${document} HTTP/1.1`, Array(100).fill('X-A: b'), 431],
    ['two Host where health is asked for', 'GET /healthz HTTP/1.1', ['Host: evil.example'], 400],
  ])('%s: one refusal, and nothing behind it is answered', async (_, line, headers, expected) => {
    const { status, text } = await refusalOf(harness, () =>
      rawRequest(harness.issuer, [line, host(), ...headers], chunked + behind()),
    )
    expect([status, text.includes('authorization_endpoint')]).toEqual([expected, false])
  })

  test('a body in chunks, 100 headers and two requests in one packet are nothing bad', async () => {
    const lines = [
      `GET ${document} HTTP/1.1`,
      host(),
      ...Array(97).fill('X-A: b'),
      'Transfer-Encoding: Chunked',
    ]
    const answer = await rawRequest(harness.issuer, lines, chunked)
    expect([answer.status, await answer.text()]).toEqual([
      200,
      expect.stringContaining('authorization_endpoint'),
    ])
    const first = `GET /healthz HTTP/1.1\r\n${host()}\r\n\r\nGET ${document} HTTP/1.1`
    const both = await rawRequest(harness.issuer, [first, host()])
    expect(await both.text()).toContain('authorization_endpoint')
  })
})
