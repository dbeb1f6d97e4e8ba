import { join } from 'node:path'
import { freePort, startAwsStandIn } from '@gateway/backends'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { runServices } from './run-services.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')

test('fills the given stand-in, then signs people in until it is stopped', async () => {
  await using aws = await startAwsStandIn({
    cacheDir: join(root, '.cache'),
    mayInstall: true,
    env: process.env,
  })
  const port = await freePort()
  const sso = `http://127.0.0.1:${port}`
  const stop = new AbortController()
  const lines: string[] = []
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  const running = runServices(
    {
      AWS_ENDPOINT_URL: aws.url,
      PUBLIC_URL: 'http://127.0.0.1:3000',
      SANDBOX_SSO_URL: sso,
      TENANTS_FILE: join(root, 'deploy', 'local', 'tenants.yaml'),
      PORT: String(port),
    },
    stop.signal,
    (line) => {
      lines.push(line)
      if (line.startsWith('Sign-in')) resolve()
    },
  )
  await Promise.race([listening, running])
  expect(lines).toEqual([expect.stringMatching(/^AWS data: \d+ requests$/), expect.stringContaining(sso)])
  const answer = await fetch(`${sso}/globex/token`, {
    method: 'POST',
    headers: { accept: 'text/plain' },
    body: new URLSearchParams({ user: 'reader' }),
  })
  const keys = createRemoteJWKSet(new URL(`${sso}/globex/jwks.json`))
  const { payload } = await jwtVerify(await answer.text(), keys, { audience: 'http://127.0.0.1:3000/mcp' })
  expect(payload.sub).toBe('globex-reader')
  stop.abort()
  await running
  await expect(fetch(`${sso}/healthz`)).rejects.toThrow()
})

test('names every setting that is missing or wrong', async () => {
  const faulty = runServices({ AWS_ENDPOINT_URL: 'aws:5000', PORT: '70000' }, AbortSignal.abort(), () => {})
  for (const name of ['AWS_ENDPOINT_URL', 'PUBLIC_URL', 'SANDBOX_SSO_URL', 'TENANTS_FILE', 'PORT']) {
    await expect(faulty).rejects.toThrow(`${name}: `)
  }
})
