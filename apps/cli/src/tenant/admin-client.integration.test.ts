import { freePort } from '@gateway/backends'
import { expect, test } from 'vitest'
import { adminApi, operatorToken } from '../../test/support/admin-api.ts'
import { createAdminClient } from './admin-client.ts'

const clientOf = (url: string, ofSandbox = false) =>
  createAdminClient({ baseUrl: `${url}/admin/v1`, token: operatorToken, ofSandbox })
const show = { method: 'GET', path: '/tenants/initech', patienceMs: 200 } as const

test('who does not answer is waited for as long as was said, before and within the answer', async () => {
  await using api = await adminApi()
  api.answerWith(() => {})
  await expect(clientOf(api.url)(show)).rejects.toThrow('did not answer within 0.2 s')
  api.answerWith((_, response) => response.writeHead(200).write('{'))
  await expect(clientOf(api.url)(show)).rejects.toThrow('did not answer within 0.2 s')
})

test('an answer without an end is not read without one', async () => {
  await using api = await adminApi()
  api.answerWith((_, response) => {
    response.on('drain', fill).writeHead(200)
    function fill() {
      while (response.write('x'.repeat(65_536)));
    }
    fill()
  })
  await expect(clientOf(api.url)({ ...show, patienceMs: 20_000 })).rejects.toThrow('more than 8 MB')
})

test('nobody there is told with the reason, and for the sandbox with how to start it', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  await expect(clientOf(url)(show)).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/)
  await expect(clientOf(url, true)(show)).rejects.toThrow('npm start')
})
