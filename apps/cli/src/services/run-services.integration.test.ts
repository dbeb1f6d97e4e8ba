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
  const [port, strictPort] = [await freePort(), await freePort()]
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
      STRICT_AWS_PORT: String(strictPort),
    },
    stop.signal,
    (line) => {
      lines.push(line)
      if (line.startsWith('Sign-in')) resolve()
    },
  )
  await Promise.race([listening, running])
  expect(lines).toEqual([
    expect.stringMatching(/^AWS data: \d+ requests$/),
    `AWS behind a judge: port ${strictPort}`,
    expect.stringContaining(sso),
  ])
  const strict = `http://127.0.0.1:${strictPort}`
  const authorization = 'AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/sts/aws4_request'
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    RoleArn: 'arn:aws:iam::222222222222:role/mcp-gateway-read',
    RoleSessionName: 'somebody',
  })
  const refused = await fetch(strict, { method: 'POST', headers: { authorization }, body })
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('AccessDenied')])
  const operator = await fetch(`${sso}/operators/token`, {
    method: 'POST',
    headers: { accept: 'text/plain' },
    body: new URLSearchParams({ user: 'operator' }),
  })
  const operatorKeys = createRemoteJWKSet(new URL(`${sso}/operators/jwks.json`))
  await jwtVerify(await operator.text(), operatorKeys, { audience: 'http://127.0.0.1:3000/admin' })
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
  await expect(fetch(strict)).rejects.toThrow()
})

test('names every setting that is missing or wrong', async () => {
  const wrong = { AWS_ENDPOINT_URL: 'aws:5000', PORT: '70000', STRICT_AWS_PORT: 'x' }
  const faulty = runServices(wrong, AbortSignal.abort(), () => {})
  for (const name of [
    'AWS_ENDPOINT_URL',
    'PUBLIC_URL',
    'SANDBOX_SSO_URL',
    'TENANTS_FILE',
    'PORT',
    'STRICT_AWS_PORT',
  ]) {
    await expect(faulty).rejects.toThrow(`${name}: `)
  }
})
