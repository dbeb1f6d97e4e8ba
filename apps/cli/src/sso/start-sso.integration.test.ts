import { get } from 'node:http'
import { freePort } from '@gateway/backends'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { startSso } from './start-sso.ts'
import { sandboxUsers } from './users.ts'

const resource = 'http://127.0.0.1:3000/mcp'
const tenants = [
  { id: 'acme', users: sandboxUsers },
  { id: 'globex', users: sandboxUsers },
]

test('everybody is signed in by their own issuer, whose keys are served', async () => {
  const sso = await startSso({ tenants, resource, port: await freePort() })
  try {
    const signedIn = await sso.signInEverybody()
    expect(signedIn.map(({ id, users }) => [id, users.map((user) => user.id)])).toEqual(
      tenants.map(({ id }) => [id, ['reader', 'operator', 'admin']]),
    )
    for (const { id, users } of signedIn) {
      const keys = createRemoteJWKSet(new URL(`${sso.url}/${id}/jwks.json`))
      for (const { token } of users) {
        await jwtVerify(token, keys, { issuer: `${sso.url}/${id}`, audience: resource })
      }
    }
  } finally {
    await sso.stop()
  }
})

test('outside of a container it binds 127.0.0.1 alone', async () => {
  const port = await freePort()
  const sso = await startSso({ tenants, resource, port })
  // Another address of this machine, which a server on 0.0.0.0 would answer.
  await expect(
    fetch(`http://127.0.0.2:${port}/livez`, { signal: AbortSignal.timeout(500) }),
  ).rejects.toThrow()
  await sso.stop()
})

test('in a container it is reached by its public and its internal name', async () => {
  const port = await freePort()
  const container = { host: '0.0.0.0', publicUrl: 'http://localhost:1', internalUrl: 'http://sandbox:3001' }
  const sso = await startSso({ tenants, resource, port, container })
  expect(sso.url).toBe('http://localhost:1')
  const status = async (host: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
    // fetch() would not send a Host header of our own.
    get({ host: '127.0.0.1', port, path: '/acme/jwks.json', headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    }).on('error', reject)
    return promise
  }
  expect([await status('sandbox:3001'), await status('localhost:1'), await status('evil.example')]).toEqual([
    200, 200, 421,
  ])
  await sso.stop()
})

test('an operator is signed in where there is an admin API', async () => {
  const adminResource = 'http://127.0.0.1:3000/admin'
  const sso = await startSso({ tenants, resource, adminResource, port: await freePort() })
  const signedIn = await sso.signInOperator()
  expect(signedIn?.issuer).toBe(`${sso.url}/operators`)
  const keys = createRemoteJWKSet(new URL(`${sso.url}/operators/jwks.json`))
  await jwtVerify(signedIn?.token ?? '', keys, { issuer: `${sso.url}/operators`, audience: adminResource })
  // Everybody means the users.
  expect((await sso.signInEverybody()).map(({ id }) => id)).toEqual(['acme', 'globex'])
  await sso.stop()
  const without = await startSso({ tenants, resource, port: await freePort() })
  expect(await without.signInOperator()).toBeUndefined()
  await without.stop()
})
