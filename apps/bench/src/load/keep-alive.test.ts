import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { completeBody, openConnection } from './keep-alive.ts'
import { callOf, inSession } from './requests.ts'

const listening = async (answer: RequestListener) => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const shape = inSession(callOf('legacy', 'test_simple_text', { id: 7 }), 'some-session')

test('a connection sends the request with its token and session, and again once it is answered', async () => {
  const seen: unknown[] = []
  await using server = await listening(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { authorization, 'mcp-session-id': session, host } = request.headers
    seen.push([request.method, request.url, authorization, session, host, JSON.parse(body).id])
    response.end('{"result":{"content":[{"type":"text","text":"\u00fc"}]}}')
  })
  const connection = await openConnection(server.url, 'some-token', shape)
  await connection.send()
  await connection.send()
  connection.close()
  const { host } = new URL(server.url)
  const expected = ['POST', '/mcp', 'Bearer some-token', 'some-session', host, 7]
  expect(seen).toEqual([expected, expected])
})

test('a refusal with status 200, another status and a closed connection are all failures', async () => {
  const answers: RequestListener[] = [
    (_, response) => response.end('{"result":{"isError":true}}'),
    (_, response) => response.writeHead(401).end('{"result":{}}'),
    (_, response) => response.writeHead(200, { 'transfer-encoding': 'chunked' }).end('{"result":{}}'),
    (_, response) => response.destroy(),
  ]
  let next = 0
  await using server = await listening((request, response) => {
    request.resume().once('end', () => answers[next++]?.(request, response))
  })
  const connection = await openConnection(server.url, 'some-token', shape)
  await expect(connection.send()).rejects.toThrow('isError')
  await expect(connection.send()).rejects.toThrow('401')
  await expect(connection.send()).rejects.toThrow('chunked')
  await expect(connection.send()).rejects.toThrow('closed a connection')
})

test('a body counts once as many bytes as it has are here', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nconnection: keep-alive\r\n\r\n'
  expect(completeBody('HTTP/1.1 200 OK\r\nContent-Le')).toBeUndefined()
  expect(completeBody(`${head}{"a`)).toBeUndefined()
  expect(completeBody(`${head}{"a}`)).toBe('{"a}')
  expect(completeBody('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')).toBeNull()
})
