import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { metadataElsewhere } from './metadata-elsewhere.ts'

const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ issuer: says() }))
})
const asked: string[] = []
let issuer = ''
let status = 200
let says = () => issuer

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  asked.length = 0
  status = 200
  says = () => issuer
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

test('it is asked once for many, and again after five minutes', async () => {
  let now = 0
  const metadata = metadataElsewhere(issuer, () => now)
  const answers = await Promise.all(Array.from({ length: 20 }, metadata))
  expect(new Set(answers)).toEqual(new Set([JSON.stringify({ issuer })]))
  now = 299_999
  await metadata()
  expect(asked).toEqual(['/.well-known/oauth-authorization-server'])
  now = 300_000
  await metadata()
  expect(asked).toHaveLength(2)
})

test('while it is down strangers make no requests to it, but one each two seconds', async () => {
  let now = 0
  status = 503
  const metadata = metadataElsewhere(issuer, () => now)
  const answers = await Promise.allSettled(Array.from({ length: 20 }, metadata))
  expect(answers.every((answer) => answer.status === 'rejected')).toBe(true)
  await expect(metadata()).rejects.toThrow('503')
  expect(asked).toHaveLength(1)
  now = 2_000
  status = 200
  expect(await metadata()).toBe(JSON.stringify({ issuer }))
  expect(asked).toHaveLength(2)
})

test('a document of another issuer is told nobody', async () => {
  says = () => 'https://evil.example'
  await expect(metadataElsewhere(issuer, () => 0)()).rejects.toThrow('another issuer')
})
